// The AUTH dialogues of an SMTP session (RFC 4954): PLAIN (RFC 4616) and LOGIN.
#include "tests/support/standin/signatures.hpp"
#include "tests/support/standin/smtp_session.hpp"

#include <algorithm>

namespace tocsin::standin {

void smtp_session::on_auth(std::string_view line, std::string_view argument) {
  if (!greeted_)
    return say({503, "5.5.1 EHLO first"}, line);
  if (policy_.needs_tls && !tls_)
    return say({538, "5.7.11 Encryption required for requested authentication mechanism"}, line);
  if (hide_auth_)
    return say({502, "5.5.1 not offered"}, line);
  if (!envelope_.user.empty() || has_sender_)
    return say({503, "5.5.1 not now"}, line);
  auto space = std::min(argument.find(' '), argument.size());
  auto mechanism = in_upper_case(argument.substr(0, space));
  auto initial = argument.substr(std::min(space + 1, argument.size()));
  if (mechanism != "PLAIN" && mechanism != "LOGIN")
    return say({504, "5.5.4 unknown mechanism"}, line);
  phase_ = mechanism == "PLAIN" ? phase::auth_plain : phase::auth_user;
  if (!initial.empty())
    return on_auth_line(initial == "=" ? std::string_view{} : initial);
  // LOGIN asks for the user with the base64 of "Username:".
  say({334, mechanism == "PLAIN" ? "" : "VXNlcm5hbWU6"}, line);
}

void smtp_session::on_auth_line(std::string_view line) {
  auto asked = phase_;
  phase_ = phase::command;
  if (line == "*")
    return say({501, "5.7.0 authentication cancelled"}, line);
  auto decoded = decode_base64(line);
  if (!decoded)
    return say({501, "5.5.2 not base64"}, line);
  if (asked == phase::auth_user) {
    auth_user_ = *decoded;
    phase_ = phase::auth_password;
    // The base64 of "Password:".
    return say({334, "UGFzc3dvcmQ6"}, line);
  }
  if (asked == phase::auth_password)
    return run(smtp_stage::auth, auth_user_,
               [&] { return check_credentials(auth_user_, *decoded); });
  std::string_view message = *decoded;
  auto first = message.find('\0');
  auto second = first == message.npos ? first : message.find('\0', first + 1);
  if (second == message.npos)
    return say({501, "5.5.2 PLAIN wants identity, user and password"}, "AUTH PLAIN");
  auto user = message.substr(first + 1, second - first - 1);
  auto password = message.substr(second + 1);
  run(smtp_stage::auth, user, [&] { return check_credentials(user, password); });
}

smtp_reply smtp_session::check_credentials(std::string_view user, std::string_view password) {
  if (user != policy_.user || password != policy_.password)
    return {535, "5.7.8 authentication credentials invalid"};
  envelope_.user = user;
  return {235, "2.7.0 authentication succeeded"};
}

} // namespace tocsin::standin
