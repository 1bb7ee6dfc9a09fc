#include "app/bench/request_buffer.hpp"

#include "messages/json_string.hpp"

#include <fmt/format.h>

namespace tocsin::bench {

namespace {

std::string alert_text(const event& x) {
  std::string details;
  append_json_string(details, x.details);
  return fmt::format(R"({{"labels":{{"alertname":"{}","service":"{}","message":"{}"}},)"
                     R"("annotations":{{"timestamp":"{}","details":{}}}}})",
                     x.type, x.service, x.message, x.timestamp, details);
}

} // namespace

request_buffer::request_buffer(const run_mark& mark, const payload_options& payload,
                               std::string_view authority, std::string_view base_path,
                               std::string_view token, size_t events, event_taker taker)
  : customers_(taker == event_taker::tocsin ? payload.customers : 0) {
  auto is_alert = taker == event_taker::alertmanager;
  auto sample = sample_event(mark, payload);
  auto event = is_alert ? alert_text(sample) : event_text(sample);
  auto slot = event.find(mark.prefix()) + mark.prefix().size();
  auto customer_slot = event.find(sample.customer) + sample.customer.size();
  auto is_array = is_alert || events > 1;
  std::string body = is_array ? "[" : "";
  for (size_t i = 0; i < events; ++i) {
    body += i > 0 ? "," : "";
    slots_.push_back(body.size() + slot);
    if (customers_ > 0)
      customer_slots_.push_back(body.size() + customer_slot - number_digits);
    body += event;
  }
  body += is_array ? "]" : "";
  auto authorization = token.empty() ? "" : fmt::format("Authorization: Bearer {}\r\n", token);
  text_ = fmt::format("POST {}{} HTTP/1.1\r\nHost: {}\r\n{}Content-Type: application/json\r\n"
                      "Content-Length: {}\r\n\r\n",
                      base_path, is_alert ? "/api/v2/alerts" : "/api/v1/events", authority,
                      authorization, body.size());
  for (auto* slots : {&slots_, &customer_slots_})
    for (auto& x : *slots)
      x += text_.size();
  text_ += body;
}

std::string_view request_buffer::stamp(uint64_t first) {
  for (size_t i = 0; i < customer_slots_.size(); ++i)
    write_number(text_.data() + customer_slots_[i], (first + i) % customers_);
  for (auto slot : slots_)
    write_number(text_.data() + slot, first++);
  return text_;
}

} // namespace tocsin::bench
