#include "app/bench/request_buffer.hpp"

#include "messages/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>

namespace tocsin::bench {

namespace {

/// Enough for every run, and of fixed width, so that nothing else in the request changes.
constexpr size_t number_digits = 10;

/// Words of random letters, as texts of logs and messages roughly are.
std::string filling(size_t bytes, uint64_t seed) {
  std::mt19937_64 random{seed};
  std::string result;
  while (result.size() < bytes) {
    result.append(2 + random() % 8, '.');
    result += ' ';
  }
  result.resize(bytes);
  for (auto& c : result)
    if (c == '.')
      c = static_cast<char>('a' + random() % 26);
  return result;
}

/// An event such as the panel sends; the digits of its number are zeroes.
std::string event_text(const run_mark& mark, const payload_options& payload) {
  auto make = [&mark](std::string_view note) {
    return fmt::format(R"({{"event":"service.started","service":"{}","timestamp":"{}",)"
                       R"("message":"{}{} was started","details":{{"image":"bench:latest",)"
                       R"("duration_seconds":45,"note":"{}"}}}})",
                       mark.service(), to_rfc3339(system_wall_clock()()), mark.prefix(),
                       std::string(number_digits, '0'), note);
  };
  auto least = make("").size();
  return make(filling(std::max(payload.event_bytes, least) - least, payload.seed));
}

} // namespace

std::optional<uint64_t> find_number(std::string_view body, std::string_view prefix) {
  auto at = body.find(prefix);
  if (at == std::string_view::npos || body.size() < at + prefix.size() + number_digits)
    return std::nullopt;
  const auto* begin = body.data() + at + prefix.size();
  uint64_t result = 0;
  auto [end, error] = std::from_chars(begin, begin + number_digits, result);
  return error == std::errc{} && end == begin + number_digits ? std::optional{result}
                                                              : std::nullopt;
}

request_buffer::request_buffer(const run_mark& mark, const payload_options& payload,
                               std::string_view authority, std::string_view base_path,
                               std::string_view token, size_t events) {
  auto event = event_text(mark, payload);
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
  for (auto slot : slots_) {
    auto rest = first++;
    for (auto i = slot + number_digits; i-- > slot; rest /= 10)
      text_[i] = static_cast<char>('0' + rest % 10);
  }
  return text_;
}

} // namespace tocsin::bench
