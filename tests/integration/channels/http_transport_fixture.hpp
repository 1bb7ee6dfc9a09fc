#pragma once

#include "channels/transport/curl_transport.hpp"
#include "tests/integration/channels/completion_log.hpp"
#include "tests/integration/channels/loopback_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tocsin::channels {

/// Sends requests through a transport of its own.
class http_transport_fixture : public ::testing::Test {
protected:
  static std::shared_ptr<http_target> target_for(std::string url) {
    auto result = std::make_shared<http_target>();
    result->url = std::move(url);
    result->headers = {"Content-Type: application/json", "User-Agent: Tocsin"};
    return result;
  }

  /// Sends one request and waits for what comes of it.
  wire_reply post(std::shared_ptr<const http_target> target, std::string body = "{}",
                  std::vector<std::string> headers = {}) {
    return post_through(through, std::move(target), std::move(body), std::move(headers));
  }

  /// The same through a transport that waits no longer than it is told.
  static wire_reply post_impatiently(std::shared_ptr<const http_target> target,
                                     std::chrono::milliseconds connect_timeout,
                                     std::chrono::milliseconds total_timeout) {
    transport_options options;
    options.connect_timeout = connect_timeout;
    options.total_timeout = total_timeout;
    curl_transport impatient{options};
    return post_through(impatient, std::move(target), "{}", {});
  }

  curl_transport through;

private:
  static wire_reply post_through(transport& by, std::shared_ptr<const http_target> target,
                                 std::string body, std::vector<std::string> headers) {
    auto log = std::make_shared<completion_log>();
    by.submit(log, {{1, http_request{std::move(target), std::move(headers), std::move(body)}}});
    EXPECT_TRUE(log->wait_for(1));
    return log->reply(1);
  }
};

} // namespace tocsin::channels
