#include "channels/adapter.hpp"
#include "channels/transport/curl_transport.hpp"
#include "tests/integration/channels/completion_log.hpp"
#include "tests/integration/channels/server_process.hpp"
#include "tests/support/standin/certificate.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/channels/sample_events.hpp"

#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace tocsin::channels {

namespace {

using ::testing::Contains;
using ::testing::StartsWith;

std::string told(const boost::json::object& x, std::string_view key) {
  return boost::json::value_to<std::string>(x.at({key.data(), key.size()}));
}

/// A webhook channel before an HTTPS server that offers `protocols` while TLS is set up.
class https_receiver {
public:
  explicit https_receiver(std::string_view protocols, int hold = 0,
                          std::vector<std::string> more = {})
    : server_{TOCSIN_H2_SERVER, arguments(protocols, hold, std::move(more))},
      adapter_{make_adapter(channel_type::webhook,
                            fmt::format(R"({{"url":"https://127.0.0.1:{}/hook?a=b","secret":"s",)"
                                        R"("headers":{{"X-Mine":"1"}}}})",
                                        server_.port()))
                 .value()} {
    transport_options options;
    options.ca_file = certificate();
    transport_ = std::make_unique<curl_transport>(options);
  }

  /// Sends `count` events at once; true if all are delivered.
  bool send(size_t count = 1) {
    auto event = sample_event();
    std::vector<transport::job> jobs;
    for (size_t i = 0; i < count; ++i) {
      auto id = delivery_id{event.id.plus(++sent_)};
      jobs.push_back({i, adapter_->render({id, event, "", event.accepted_at}).value()});
    }
    auto log = std::make_shared<completion_log>();
    transport_->submit(log, std::move(jobs));
    auto delivered = log->wait_for(count);
    for (size_t i = 0; i < count && delivered; ++i)
      delivered = adapter_->classify(log->reply(i)).kind == outcome_class::delivered
                  && log->reply(i).body == "ok";
    return delivered;
  }

  /// Sends the requests at once and waits until something has come of each.
  std::vector<wire_reply> post(std::vector<http_request> requests) {
    std::vector<transport::job> jobs;
    for (auto& x : requests)
      jobs.push_back({jobs.size(), std::move(x)});
    auto count = jobs.size();
    auto log = std::make_shared<completion_log>();
    transport_->submit(log, std::move(jobs));
    std::vector<wire_reply> result;
    for (size_t i = 0; log->wait_for(count) && i < count; ++i)
      result.push_back(log->reply(i));
    return result;
  }

  http_request request_for(std::string_view path, bool on_new_connection = false) const {
    auto target = std::make_shared<http_target>();
    target->url = fmt::format("https://127.0.0.1:{}{}", server_.port(), path);
    return {target, {}, "{}", on_new_connection};
  }

  boost::json::object next() { return server_.next(); }

  /// The paths that were asked for up to and including `last`.
  std::vector<std::string> paths_until(std::string_view last) {
    std::vector<std::string> result;
    while (result.empty() || result.back() != last)
      if (auto x = next(); x.contains("path"))
        result.push_back(told(x, "path"));
    return result;
  }

private:
  std::string certificate() const { return (folder_.path() / "certificate.pem").string(); }

  std::vector<std::string> arguments(std::string_view protocols, int hold,
                                     std::vector<std::string> more) const {
    auto made = standin::make_certificate();
    auto key = (folder_.path() / "key.pem").string();
    std::ofstream{certificate()} << made.certificate;
    std::ofstream{key} << made.key;
    more.insert(more.end(), {certificate(), key, "--protocols", std::string{protocols}, "--hold",
                             std::to_string(hold)});
    return more;
  }

  temporary_directory folder_;
  server_process server_;
  std::unique_ptr<adapter> adapter_;
  std::unique_ptr<curl_transport> transport_;
  uint32_t sent_ = 0;
};

TEST(http_2, is_spoken_where_tls_offers_it_over_one_connection) {
  https_receiver receiver{"h2,http/1.1"};
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(receiver.send());
  EXPECT_EQ(told(receiver.next(), "protocol"), "h2");
  for (int stream = 1; stream < 10; stream += 2) {
    auto request = receiver.next();
    EXPECT_EQ(request["connection"], 1);
    EXPECT_EQ(request["stream"], stream);
    EXPECT_EQ(told(request, "method"), "POST");
    EXPECT_EQ(told(request, "path"), "/hook?a=b");
    EXPECT_THAT(told(request, "body"), StartsWith(R"({"event":"deploy.failure",)"));
    auto& headers = request["headers"].as_object();
    EXPECT_EQ(told(headers, "content-type"), "application/json");
    EXPECT_EQ(told(headers, "x-mine"), "1");
    EXPECT_THAT(told(headers, "x-signature-256"), StartsWith("sha256="));
    EXPECT_THAT(told(headers, "webhook-signature"), StartsWith("v1,"));
    EXPECT_FALSE(headers.contains("expect"));
  }
}

TEST(http_2, carries_many_requests_at_once_over_one_connection) {
  constexpr int count = 20;
  // None is answered before all are there: one after the other they would wait for ever.
  https_receiver receiver{"h2", count};
  ASSERT_TRUE(receiver.send(count));
  EXPECT_EQ(told(receiver.next(), "protocol"), "h2");
  for (int i = 0; i < count; ++i)
    EXPECT_EQ(receiver.next()["connection"], 1);
}

TEST(http_2, repeats_nothing_by_itself_that_has_a_connection_to_itself) {
  // Another request that joins the connection makes it one that libcurl repeats requests of.
  https_receiver receiver{"h2,http/1.1", 2, {"--drop"}};
  auto replies
    = receiver.post({receiver.request_for("/alone", true), receiver.request_for("/other")});
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_EQ(replies[0].fault, wire_fault::connection_lost);
  EXPECT_TRUE(replies[0].sent);
  receiver.post({receiver.request_for("/last")});
  EXPECT_THAT(receiver.paths_until("/last"), Contains("/alone").Times(1));
}

class http_1_only : public ::testing::TestWithParam<const char*> {};

TEST_P(http_1_only, servers_are_served_over_one_connection_too) {
  https_receiver receiver{GetParam()};
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(receiver.send());
  EXPECT_NE(told(receiver.next(), "protocol"), "h2");
  for (int i = 0; i < 3; ++i) {
    auto request = receiver.next();
    EXPECT_EQ(request["connection"], 1);
    EXPECT_EQ(request["stream"], 0);
    EXPECT_THAT(told(request, "body"), StartsWith(R"({"event":"deploy.failure",)"));
  }
}

// One that names its protocol, and one that is too old to.
INSTANTIATE_TEST_SUITE_P(servers, http_1_only, ::testing::Values("http/1.1", ""));

} // namespace

} // namespace tocsin::channels
