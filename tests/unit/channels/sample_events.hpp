#pragma once

#include "messages/delivery.hpp"
#include "messages/json_string.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

namespace tocsin::channels {

inline std::string repeated(std::string_view text, size_t count) {
  std::string result;
  for (size_t i = 0; i < count; ++i)
    result += text;
  return result;
}

/// A plain event, accepted as it happened.
inline accepted_event sample_event() {
  accepted_event result;
  result.id = *event_id::parse("01KMX00VJ0AW6K4PF4W75P6736");
  result.accepted_at = timestamp{std::chrono::seconds{1774794600}};
  result.value = {"",
                  "deploy.failure",
                  "my-app",
                  "Acme Corp",
                  "2026-03-29T14:30:00Z",
                  "It failed",
                  R"({"image":"myapp:latest","duration_seconds":45.10})"};
  return result;
}

/// Events that try to break out, one by one and in every field.
inline std::vector<accepted_event> nasty_events() {
  std::vector<std::string> texts{
    "@everyone @here",
    "<!channel> <!here> <!subteam^S1>",
    "<@U123> <@!1> <@&2> <#3>",
    "<script>alert(1)</script>",
    "Tom & Jerry &amp; &lt;",
    "x\r\nBcc: evil@x",
    "\r\n.\r\nMAIL FROM:<x@y>",
    "a\n.\nb\rc",
    std::string(10'000, 'a'),
    std::string(10'000, '&'),
    std::string(10'000, '*'),
    repeated("\U0001F680", 6600),
    repeated("\U0001F468\u200d\U0001F469\u200d\U0001F467", 2000),
    "e" + repeated("\u0301", 9000),
    "\xc3\x28 \xed\xa0\x80 \xc0\xaf \xff",
    std::string("nul\0 \x1b[31m bel\x07", 15),
    "\u202eevil\u2066",
    "مرحبا 123 שלום",
    "*bold* _i_ ~s~ `c` ```x```",
    "[click](https://evil) <https://evil|ok>",
    "",
    "   ",
    "\u200b\u2060",
    repeated("é", 300),
    "{{routing_key}} %s ${x} {}",
    "a\u2028b\u2029c",
    "/stop /start@bot t.me/x",
    "</b></i><pre>",
  };
  std::vector<accepted_event> result;
  for (auto& text : texts) {
    auto event = sample_event();
    event.value.service = event.value.customer = event.value.message = text;
    event.value.details.clear();
    append_json_string(event.value.details += "{\"a\":", text);
    append_json_string(event.value.details += ",", text);
    event.value.details += ":1}";
    result.push_back(event);
  }
  auto many = sample_event();
  many.value.details = "{";
  for (int i = 0; i < 500; ++i)
    many.value.details
      += fmt::format("{}\"k{}\":\"{}\"", i > 0 ? "," : "", i, std::string(300, 'v'));
  many.value.details += '}';
  many.value.message = std::string(100'000, 'm');
  result.push_back(many);
  return result;
}

} // namespace tocsin::channels
