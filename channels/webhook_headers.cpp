#include "channels/webhook_headers.hpp"

#include "channels/characters.hpp"
#include "messages/json_pointer.hpp"
#include "messages/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tocsin::channels {

namespace {

constexpr size_t max_headers = 20;
constexpr size_t max_header_value_bytes = 4096;

/// Headers that the transport or the signature own.
constexpr std::array<std::string_view, 13> reserved_headers{
  "host",       "content-length",    "transfer-encoding", "connection", "keep-alive",
  "te",         "trailer",           "upgrade",           "expect",     "x-signature-256",
  "webhook-id", "webhook-timestamp", "webhook-signature"};

/// A token as RFC 9110 §5.6.2 has it.
bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
           || marks.find(c) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    auto u = static_cast<unsigned char>(c);
    return (u >= 0x20 && u != 0x7f) || u == '\t';
  });
}

} // namespace

bool custom_headers::contain(std::string_view name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

custom_headers read_headers(settings_reader& settings, std::vector<std::string>& secrets) {
  custom_headers result;
  auto headers = settings.texts("headers");
  if (headers.size() > max_headers) {
    settings.complain("headers", "too_many",
                      fmt::format("'headers' must have at most {} entries", max_headers));
    return result;
  }
  for (auto& [name, raw_value] : headers) {
    auto place = extend_pointer("headers", name);
    std::string value{trimmed(raw_value, " \t")};
    auto key = lower_ascii(name);
    if (!is_token(name))
      settings.complain(place, "invalid", "this is not the name of an HTTP header");
    else if (key.starts_with("proxy-")
             || std::find(reserved_headers.begin(), reserved_headers.end(), key)
                  != reserved_headers.end())
      settings.complain(place, "reserved", fmt::format("'{}' cannot be set", name));
    else if (value.size() > max_header_value_bytes)
      settings.complain(
        place, "too_long",
        fmt::format("a value must be at most {} bytes long", max_header_value_bytes));
    else if (!is_header_value(value))
      settings.complain(place, "invalid", "the value must not contain control characters");
    // libcurl takes a bare colon for "do not send it"; a semicolon stands for an empty value.
    result.lines.push_back(value.empty() ? name + ";" : name + ": " + value);
    result.names.push_back(std::move(key));
    secrets.push_back(value);
  }
  return result;
}

} // namespace tocsin::channels
