#include "tests/unit/http/router_fixture.hpp"

#include <algorithm>

namespace tocsin::http {

router_fixture::router_fixture(double submissions_per_second, double requests_per_second)
  : limits_(submissions_per_second, requests_per_second) {
  config_.set("scheduler.max-threads", 1);
  system_ = std::make_unique<caf::actor_system>(config_);
  fakes_.emplace(*system_);
  questions_.emplace(*system_, loop_, ask_timeout, [this] { questions_->put(); });
  // The bridge begins.
  loop_.poll();
  router_.emplace(fakes_->actors, *questions_, door_, streams_, limits_, responses_, ask_timeout);
}

router_fixture::~router_fixture() {
  questions_->close();
  router_.reset();
  fakes_.reset();
}

std::shared_ptr<kept_response> router_fixture::begin(request x) {
  auto sink = std::make_shared<kept_response>();
  router_->handle(std::move(x), responder{sink});
  return sink;
}

void router_fixture::pump() {
  ASSERT_GT(loop_.run_one_for(std::chrono::seconds{20}), 0u) << "no actor answered";
}

void router_fixture::settle(const kept_response& x) {
  while (!x.value && !x.abandoned && !x.take_body && !HasFatalFailure())
    pump();
}

response router_fixture::send(request x) {
  auto sink = begin(std::move(x));
  settle(*sink);
  return sink->value.value_or(response{});
}

response router_fixture::send(method verb, std::string target, std::string body,
                              std::string token) {
  return send(make_request(verb, std::move(target), std::move(body), token));
}

boost::json::value router_fixture::get(std::string target) {
  auto reply = send(method::get, std::move(target));
  EXPECT_EQ(reply.status, 200u) << reply.body;
  return json_of(reply);
}

request make_request(method verb, std::string target, std::string body, const std::string& token) {
  request result;
  result.verb = verb;
  result.target = std::move(target);
  result.authorization = "Bearer " + token;
  if (!body.empty())
    result.content_type = "application/json; charset=utf-8";
  result.body = std::move(body);
  return result;
}

boost::json::value json_of(const response& x) {
  boost::json::error_code ec;
  auto result = boost::json::parse(x.body, ec);
  EXPECT_FALSE(ec) << x.body;
  return result;
}

std::string header_of(const response& x, std::string_view name) {
  for (auto& field : x.headers)
    if (field.name == name)
      return field.value;
  return {};
}

std::vector<std::string> errors_of(const response& x) {
  std::vector<std::string> result;
  auto document = json_of(x);
  auto errors = document.as_object().if_contains("errors");
  if (errors == nullptr)
    return result;
  for (auto& entry : errors->as_array())
    result.push_back(std::string{entry.at("pointer").as_string()} + ' '
                     + std::string{entry.at("code").as_string()});
  return result;
}

} // namespace tocsin::http
