#include "http/json/token_json.hpp"

#include "http/json/instant_json.hpp"
#include "http/json/object_reader.hpp"
#include "messages/field_errors.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

namespace tocsin::http {

namespace {

void write_members(json_writer& out, const token& x) {
  out.member("id", to_string(x.id)).member("name", x.name).list("scopes", scope_names(x.scopes));
  out.member("created_at", to_rfc3339(x.created_at));
  write_instant(out, "expires_at", x.expires_at);
  write_instant(out, "last_used_at", x.last_used_at);
}

uint8_t read_scopes(object_reader& in, std::vector<field_error>& errors) {
  uint8_t result = 0;
  auto names = in.texts("scopes").value_or(std::vector<std::string>{});
  for (size_t i = 0; i < names.size() && !is_full(errors); ++i) {
    if (auto scope = parse_token_scope(names[i]))
      result = static_cast<uint8_t>(result | static_cast<uint8_t>(*scope));
    else
      errors.push_back({fmt::format("/scopes/{}", i), "invalid",
                        "a scope must be events:write, read, write, read:sensitive or stats"});
  }
  return result;
}

} // namespace

void write_token(json_writer& out, const token& x) {
  out.begin_object();
  write_members(out, x);
  out.end_object();
}

std::string to_json(const token& x) {
  json_writer out;
  write_token(out, x);
  return out.take();
}

std::string to_json(const token_created& x) {
  json_writer out;
  out.begin_object();
  write_members(out, x.value);
  return out.member("token", x.text).end_object().take();
}

expected<create_token> decode_token(const boost::json::object& object) {
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  create_token result;
  result.name = in.required_text("name");
  if (!in.has("scopes"))
    in.complain("scopes", "required", "'scopes' is required");
  result.scopes = read_scopes(in, errors);
  if (auto text = in.text("expires_at")) {
    result.expires_at = parse_rfc3339(*text);
    if (!result.expires_at)
      in.complain("expires_at", "wrong_format", "'expires_at' must be an RFC 3339 date and time");
  }
  in.refuse_others("id created_at last_used_at");
  if (!errors.empty())
    return invalid_fields("the token", std::move(errors));
  return result;
}

} // namespace tocsin::http
