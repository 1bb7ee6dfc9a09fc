#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::http {

/// A cookie that carries a session.
struct session_cookie {
  std::string_view name;
  /// Only requests at or below this path carry it.
  std::string_view path;
  /// Whether it is sent over TLS only.
  bool is_secure;
};

/// The cookie of the panel, or of the portal, which has its own session, so that one browser can
/// have both at once. Over TLS browsers accept these names only from this very host (`__Host-`,
/// RFC 6265bis §4.1.3.2, which requires the path `/`): no other host of the domain can set a cookie
/// of the same name.
session_cookie session_cookie_of(bool is_portal, bool is_over_tls);

/// The token of an `Authorization` field of the scheme `Bearer` (RFC 6750 §2.1); nothing if it is
/// of another scheme or has no token.
std::optional<std::string_view> bearer_token(std::string_view authorization);

/// The value of the cookie `name` in a `Cookie` field (RFC 6265 §4.2.1); nothing if it is not
/// there, empty, or there more than once.
std::optional<std::string_view> cookie_value(std::string_view cookies, std::string_view name);

/// The `Set-Cookie` field that gives a browser the session `secret`: kept from scripts and from
/// requests that other sites make.
std::string give_session_cookie(const session_cookie& cookie, std::string_view secret);

/// The field that removes it.
std::string take_session_cookie(const session_cookie& cookie);

/// What a page must send as `X-CSRF-Token` to change anything within the session `secret`. Another
/// site can make a browser send the cookie, but can neither read nor make this.
std::string csrf_token_of(std::string_view secret);

/// Whether two texts are the same, in a time that does not depend on where they differ.
bool equals_in_constant_time(std::string_view a, std::string_view b);

} // namespace tocsin::http
