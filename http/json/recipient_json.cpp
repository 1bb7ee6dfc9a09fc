#include "http/json/recipient_json.hpp"

#include "http/json/object_reader.hpp"
#include "http/json/patched.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <array>

namespace tocsin::http {

namespace json = boost::json;

namespace {

constexpr std::string_view read_only_recipient_keys = "managed_by revision created_at updated_at";

constexpr std::array<std::string_view, 4> read_only_in_recipient_patch{"name", "managed_by",
                                                                       "created_at", "updated_at"};

/// Reads what a client may change.
void read_members(object_reader& in, recipient& x) {
  x.display_name = in.word("display_name").value_or(x.id.name);
  if (x.id.kind != recipient_kind::customer)
    return;
  x.services = in.texts("services").value_or(std::vector<std::string>{});
  x.portal_enabled = in.boolean("portal_enabled").value_or(false);
}

json::object shown(const recipient& x) {
  json::error_code ec;
  auto value = json::parse(to_json(x), ec);
  return ec ? json::object{} : std::move(value.get_object());
}

} // namespace

void write_recipient(json_writer& out, const recipient& x) {
  out.begin_object().member("name", x.id.name).member("display_name", x.display_name);
  if (x.id.kind == recipient_kind::customer)
    out.list("services", x.services).member("portal_enabled", x.portal_enabled);
  out.text_or_null("managed_by", x.managed_by)
    .member("revision", x.revision)
    .member("created_at", to_rfc3339(x.created_at))
    .member("updated_at", to_rfc3339(x.updated_at))
    .end_object();
}

std::string to_json(const recipient& x) {
  json_writer out;
  write_recipient(out, x);
  return out.take();
}

expected<recipient> decode_recipient(const json::object& object, recipient_kind kind) {
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  recipient result;
  result.id = {kind, in.required_text("name")};
  if (errors.empty() && !parse_recipient_id(to_string(result.id)))
    in.complain("name", "invalid",
                "'name' must be 1 to 64 of a-z 0-9 . _ - and begin with a letter or digit");
  read_members(in, result);
  in.refuse_others(read_only_recipient_keys);
  if (!errors.empty())
    return invalid_fields(kind == recipient_kind::admin ? "the admin" : "the customer",
                          std::move(errors));
  return result;
}

expected<recipient> apply_patch(const json::object& patch, const recipient& found) {
  std::vector<field_error> errors;
  auto stored = shown(found);
  json::value changes = patch;
  object_reader asked{patch, "", errors};
  for (auto key : read_only_in_recipient_patch) {
    auto wanted = patch.if_contains(key);
    if (wanted != nullptr && *wanted != stored[key])
      asked.complain(key, "read_only", fmt::format("'{}' cannot be changed", key));
    changes.get_object().erase(key);
    stored.erase(key);
  }
  changes.get_object().erase("revision");
  stored.erase("revision");
  json::value merged = std::move(stored);
  patch_over(merged, changes);
  object_reader in{merged.get_object(), "", errors};
  auto result = found;
  read_members(in, result);
  in.refuse_others();
  if (!errors.empty())
    return invalid_fields("the recipient", std::move(errors));
  return result;
}

} // namespace tocsin::http
