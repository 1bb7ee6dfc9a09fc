#include "http/credentials.hpp"

#include "http/trimmed.hpp"
#include "messages/digest.hpp"
#include "messages/hex.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>

namespace tocsin::http {

namespace {

bool is_scheme(std::string_view text) {
  constexpr std::string_view bearer = "bearer";
  return std::equal(text.begin(), text.end(), bearer.begin(), bearer.end(),
                    [](char a, char b) { return (a | 0x20) == b; });
}

std::string cookie_field(const session_cookie& cookie, std::string_view value,
                         std::string_view more) {
  return fmt::format("{}={}; Path={}; HttpOnly; SameSite=Strict{}{}", cookie.name, value,
                     cookie.path, more, cookie.is_secure ? "; Secure" : "");
}

} // namespace

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  auto space = authorization.find(' ');
  if (space == std::string_view::npos || !is_scheme(authorization.substr(0, space)))
    return std::nullopt;
  auto token = authorization.substr(space);
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  if (token.empty())
    return std::nullopt;
  return token;
}

std::optional<std::string_view> cookie_value(std::string_view cookies, std::string_view name) {
  std::optional<std::string_view> result;
  while (!cookies.empty()) {
    auto end = std::min(cookies.find(';'), cookies.size());
    auto pair = trimmed(cookies.substr(0, end));
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    if (!pair.starts_with(name) || pair.substr(name.size()).substr(0, 1) != "=")
      continue;
    if (result)
      return std::nullopt;
    result = pair.substr(name.size() + 1);
  }
  return result && result->empty() ? std::nullopt : result;
}

session_cookie session_cookie_of(bool is_portal, bool is_over_tls) {
  if (is_over_tls)
    return {is_portal ? "__Host-tocsin_portal_session" : "__Host-tocsin_session", "/", true};
  if (is_portal)
    return {"tocsin_portal_session", "/portal", false};
  return {"tocsin_session", "/", false};
}

std::string give_session_cookie(const session_cookie& cookie, std::string_view secret) {
  return cookie_field(cookie, secret, "");
}

std::string take_session_cookie(const session_cookie& cookie) {
  return cookie_field(cookie, "", "; Max-Age=0");
}

std::string csrf_token_of(std::string_view secret) {
  return to_hex(sha256("tocsin csrf " + std::string{secret}));
}

bool equals_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace tocsin::http
