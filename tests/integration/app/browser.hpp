#pragma once

#include "tests/support/api_client.hpp"

#include <cstdint>
#include <string>

namespace tocsin {

/// Calls the API as a page in a browser does: with the cookie it was given, and for changes with
/// the CSRF token of the session.
class browser {
public:
  /// `url` is that of the service on 127.0.0.1.
  explicit browser(const std::string& url);

  /// Goes on with the same service at another port.
  void move_to(const std::string& url);

  /// `path` is below `/api/v1`.
  api_reply call(const std::string& verb, const std::string& path, const std::string& body = "");

  /// Signs an admin in.
  api_reply sign_in(const std::string& admin, const std::string& password);

  /// Follows a link into the portal.
  api_reply enter_portal(const std::string& code);

  /// The cookies it sends.
  const std::string& cookie() const { return cookie_; }

  /// `Set-Cookie` of the last response that had one.
  const std::string& set_cookie() const { return set_cookie_; }

private:
  api_reply keep_session(api_reply reply);

  uint16_t port_ = 0;
  std::string set_cookie_;
  std::string cookie_;
  std::string csrf_token_;
};

} // namespace tocsin
