#include "tests/support/standin/script_json.hpp"

#include "tests/support/standin/failures.hpp"
#include "tests/support/standin/json_shape.hpp"
#include "tests/support/standin/record.hpp"
#include "tests/support/standin/text_units.hpp"

#include <fmt/format.h>

#include <limits>

namespace tocsin::standin {

namespace json = boost::json;

namespace {

constexpr text_limit any_text{0, std::numeric_limits<std::size_t>::max(), utf16_units};

std::string text_at(const json::object& body, std::string_view key) {
  const auto* value = body.if_contains(key);
  return value == nullptr ? std::string{} : std::string{std::string_view{value->get_string()}};
}

/// Puts the whole number `body[key]`, if it is there, into `target`.
template <class Number>
fault read_count(const json::object& body, std::string_view key, Number& target) {
  const auto* value = body.if_contains(key);
  if (value == nullptr)
    return std::nullopt;
  if (!value->is_int64() || value->get_int64() < 0)
    return fmt::format("{} is not a whole number", key);
  target = static_cast<Number>(value->get_int64());
  return std::nullopt;
}

fault read_headers(const json::object& body, std::vector<field>& headers) {
  const auto* value = body.if_contains("headers");
  if (value == nullptr)
    return std::nullopt;
  if (!value->is_object())
    return "headers is not an object";
  for (const auto& member : value->get_object()) {
    const auto* text = member.value().if_string();
    if (text == nullptr || text->find_first_of("\r\n") != json::string::npos)
      return "a header is not a string of one line";
    headers.push_back({std::string{member.key()}, std::string{std::string_view{*text}}});
  }
  return std::nullopt;
}

fault read_words(const json::object& body, scripted_reply& what) {
  if (body.contains("action")) {
    auto action = parse_script_action(text_at(body, "action"));
    if (!action)
      return "no such action";
    what.action = *action;
  }
  if (body.contains("stage")) {
    auto stage = parse_smtp_stage(text_at(body, "stage"));
    if (!stage)
      return "no such stage";
    what.stage = *stage;
  }
  if (body.contains("body"))
    what.body = text_at(body, "body");
  what.match = text_at(body, "match");
  return read_headers(body, what.headers);
}

fault read_reply(const json::object& body, scripted_reply& what) {
  for (auto key : {"endpoint", "failure", "action", "stage", "body", "match"}) {
    if (auto f = check_text(body, key, "body", any_text))
      return f;
  }
  if (auto f = check_flags(body, "body", {"accept_first"}))
    return f;
  if (body.contains("failure")) {
    auto known = find_failure(text_at(body, "failure"));
    if (!known)
      return "no such failure";
    what = *known;
  }
  if (auto f = read_words(body, what))
    return f;
  if (auto f = read_count(body, "status", what.status))
    return f;
  if (what.status < 100 || what.status > 599)
    return "status is not between 100 and 599";
  if (auto f = read_count(body, "body_bytes", what.body_bytes))
    return f;
  if (auto f = read_count(body, "times", what.times))
    return f;
  if (const auto* flag = body.if_contains("accept_first"))
    what.accept_first = flag->get_bool();
  std::int64_t delay_ms = what.delay.count();
  auto f = read_count(body, "delay_ms", delay_ms);
  what.delay = std::chrono::milliseconds{delay_ms};
  return f;
}

} // namespace

std::variant<script_order, std::string> parse_script_order(const json::object& body) {
  if (auto f = only_keys(body, "body",
                         {"endpoint", "failure", "action", "status", "headers", "body",
                          "body_bytes", "times", "delay_ms", "match", "accept_first", "stage"}))
    return *f;
  script_order order;
  if (auto f = read_reply(body, order.what))
    return *f;
  order.endpoint = text_at(body, "endpoint");
  std::string_view endpoint = order.endpoint;
  auto owner = parse_provider(endpoint.substr(0, endpoint.find('/')));
  if (!owner || *owner == provider::unknown)
    return "endpoint is not PROVIDER or PROVIDER/NAME";
  return order;
}

} // namespace tocsin::standin
