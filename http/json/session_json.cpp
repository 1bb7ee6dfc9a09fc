#include "http/json/session_json.hpp"

#include "http/json/json_writer.hpp"
#include "http/json/object_reader.hpp"

namespace tocsin::http {

std::string session_json(const recipient_id& who, timestamp expires_at,
                         std::string_view csrf_token) {
  json_writer out;
  out.begin_object()
    .member("who", to_string(who))
    .member("csrf_token", csrf_token)
    .member("expires_at", to_rfc3339(expires_at));
  return out.end_object().take();
}

std::string to_json(const portal_link_created& x, std::string_view public_url) {
  json_writer out;
  // In the fragment the code reaches no server's log and no Referer.
  out.begin_object()
    .member("url", std::string{public_url} + "/portal#" + x.code)
    .member("code", x.code)
    .member("expires_at", to_rfc3339(x.value.expires_at));
  return out.end_object().take();
}

expected<sign_in> decode_sign_in(const boost::json::object& object) {
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  sign_in result;
  result.admin = in.required_text("admin");
  result.password = in.required_text("password");
  in.refuse_others();
  if (!errors.empty())
    return invalid_fields("the sign-in", std::move(errors));
  return result;
}

expected<std::string> decode_single_text(const boost::json::object& object, std::string_view name,
                                         std::string_view what) {
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  auto result = in.required_text(name);
  in.refuse_others();
  if (!errors.empty())
    return invalid_fields(what, std::move(errors));
  return result;
}

} // namespace tocsin::http
