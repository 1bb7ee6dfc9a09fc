#pragma once

#include "http/credentials.hpp"
#include "http/json/session_json.hpp"
#include "http/response.hpp"

namespace tocsin::http {

/// 201 for whoever is in now, with the cookie.
inline response session_answer(const session_opened& x, const session_cookie& cookie) {
  auto csrf = csrf_token_of(x.secret);
  response result{201, json_type, {}, session_json(x.value.who, x.value.expires_at, csrf)};
  result.headers.push_back({"Set-Cookie", give_session_cookie(cookie, x.secret)});
  return result;
}

} // namespace tocsin::http
