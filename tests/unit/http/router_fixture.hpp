#pragma once

#include "http/asker.hpp"
#include "http/router.hpp"
#include "tests/unit/http/fake_backend.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <caf/actor_system_config.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tocsin::http {

/// Keeps the one response a test waits for.
class kept_response final : public response_sink {
public:
  void read_body(size_t, std::function<void(std::string)> done) override {
    take_body = std::move(done);
  }
  void send(response x) override { value = std::move(x); }
  void abandon() noexcept override { abandoned = true; }

  /// Set once the body is wanted.
  std::function<void(std::string)> take_body;
  std::optional<response> value;
  bool abandoned = false;
};

/// A router over fake actors; the test's thread plays the I/O thread.
class router_fixture : public testing::Test {
protected:
  /// With limits for requests that send events, and for all others; 0 sets none.
  explicit router_fixture(double submissions_per_second = 0, double requests_per_second = 0);
  ~router_fixture() override;

  /// Sends a request and waits for its response.
  response send(method verb, std::string target, std::string body = {}, std::string token = "all");
  response send(request x);

  /// As `send`, with the body of the response parsed.
  boost::json::value get(std::string target);

  /// Hands a request in without waiting.
  std::shared_ptr<kept_response> begin(request x);

  /// Waits for answers of actors and passes them on, once.
  void pump();

  /// Waits until `x` has the response or is to read the body.
  void settle(const kept_response& x);

  /// Drops the questions that have waited for longer than `ask_timeout`, as seen at `now`.
  void expire(asker::clock::time_point now) { questions_->expire(now); }

  fake_world& world() { return *fakes_->world; }

  static constexpr std::chrono::seconds ask_timeout{10};

  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::optional<fake_backend> fakes_;
  admission door_{4};
  std::shared_ptr<stream_seats> seats_ = std::make_shared<stream_seats>(6);
  stream_desk streams_{seats_};
  caller_limits limits_;
  response_counts responses_;

private:
  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> answers_may_come_{
    loop_.get_executor()};
  std::optional<asker> questions_;
  std::optional<router> router_;
};

/// A request as a well-behaved client makes it.
request make_request(method verb, std::string target, std::string body = {},
                     const std::string& token = "all");

/// The body of `x` as JSON.
boost::json::value json_of(const response& x);

/// The first header field `name`; empty if there is none.
std::string header_of(const response& x, std::string_view name);

/// The pointers and codes of the field errors in a problem document: `/name required`.
std::vector<std::string> errors_of(const response& x);

} // namespace tocsin::http
