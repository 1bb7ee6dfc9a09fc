#include "tests/integration/app/browser.hpp"

#include "tests/integration/http/raw_client.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tocsin {

namespace json = boost::json;

browser::browser(const std::string& url) {
  move_to(url);
}

void browser::move_to(const std::string& url) {
  port_ = static_cast<uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
}

api_reply browser::call(const std::string& verb, const std::string& path, const std::string& body) {
  auto text = fmt::format("{} /api/v1{} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n", verb, path,
                          body.size());
  if (!body.empty())
    text += "Content-Type: application/json\r\n";
  if (!cookie_.empty())
    text += "Cookie: " + cookie_ + "\r\n";
  if (!csrf_token_.empty())
    text += "X-CSRF-Token: " + csrf_token_ + "\r\n";
  http::raw_client line{port_};
  EXPECT_TRUE(line.send(text + "\r\n" + body));
  auto answer = line.read();
  EXPECT_TRUE(answer) << verb << ' ' << path;
  if (!answer)
    return {};
  if (auto found = answer->headers.find("set-cookie"); found != answer->headers.end()) {
    set_cookie_ = found->second;
    cookie_ = set_cookie_.substr(0, set_cookie_.find(';'));
  }
  json::error_code ec;
  auto value = json::parse(answer->body, ec);
  return {static_cast<int>(answer->status), ec ? json::value{} : std::move(value)};
}

api_reply browser::sign_in(const std::string& admin, const std::string& password) {
  auto body = json::serialize(json::object{{"admin", admin}, {"password", password}});
  return keep_session(call("POST", "/session", body));
}

api_reply browser::enter_portal(const std::string& code) {
  return keep_session(
    call("POST", "/portal/session", json::serialize(json::object{{"code", code}})));
}

api_reply browser::keep_session(api_reply reply) {
  if (reply.status == 201)
    csrf_token_ = reply.text("/csrf_token");
  return reply;
}

} // namespace tocsin
