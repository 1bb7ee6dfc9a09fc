#include "tests/support/api_client.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <gtest/gtest.h>

namespace tocsin {

namespace json = boost::json;

std::string api_reply::text(std::string_view pointer) const {
  json::error_code ec;
  auto found = body.find_pointer(pointer, ec);
  if (!found || !found->is_string())
    return {};
  return json::value_to<std::string>(*found);
}

api_client::api_client(std::string base_url, std::string token)
  : client_(std::move(base_url), std::move(token)) {}

api_reply api_client::call(const std::string& method, const std::string& path,
                           const std::string& body, std::vector<std::string> headers) {
  auto reply = try_call(method, path, body, std::move(headers));
  EXPECT_TRUE(reply) << method << " " << path << ": " << reply.error().detail;
  return reply ? *reply : api_reply{};
}

expected<api_reply> api_client::try_call(const std::string& method, const std::string& path,
                                         const std::string& body,
                                         std::vector<std::string> headers) {
  auto reply = client_.send({method, path, body, std::move(headers)});
  if (!reply)
    return reply.error();
  json::error_code ec;
  auto parsed = json::parse(reply->body, ec);
  return api_reply{reply->status, ec ? json::value{} : std::move(parsed)};
}

std::map<std::string, std::string> states_of_deliveries(api_client& from) {
  std::map<std::string, std::string> result;
  std::string cursor;
  do {
    auto part = from.get("/deliveries?limit=250"
                         + (cursor.empty() ? "" : "&cursor=" + cli::url_escape(cursor)));
    for (auto& x : part.body.at("data").as_array())
      result[json::value_to<std::string>(x.at("id"))] = json::value_to<std::string>(x.at("state"));
    cursor = part.text("/next_cursor");
  } while (!cursor.empty());
  return result;
}

} // namespace tocsin
