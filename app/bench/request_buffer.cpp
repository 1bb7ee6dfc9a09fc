#include "app/bench/request_buffer.hpp"

#include <fmt/format.h>

namespace tocsin::bench {

request_buffer::request_buffer(const run_mark& mark, const payload_options& payload,
                               std::string_view authority, std::string_view base_path,
                               std::string_view token, size_t events) {
  auto event = event_text(sample_event(mark, payload));
  auto slot = event.find(mark.prefix()) + mark.prefix().size();
  std::string body = events == 1 ? "" : "[";
  for (size_t i = 0; i < events; ++i) {
    body += i > 0 ? "," : "";
    slots_.push_back(body.size() + slot);
    body += event;
  }
  body += events == 1 ? "" : "]";
  text_ = fmt::format("POST {}/api/v1/events HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n"
                      "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                      base_path, authority, token, body.size());
  for (auto& x : slots_)
    x += text_.size();
  text_ += body;
}

std::string_view request_buffer::stamp(uint64_t first) {
  for (auto slot : slots_)
    write_number(text_.data() + slot, first++);
  return text_;
}

} // namespace tocsin::bench
