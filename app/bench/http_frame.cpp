#include "app/bench/http_frame.hpp"

#include <charconv>
#include <strings.h>

namespace tocsin::bench {

namespace {

/// Neither our server nor libcurl would send a longer head.
constexpr size_t max_head_bytes = 16 * 1024;
constexpr size_t max_body_bytes = size_t{64} << 20;

bool is_named(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':'
         && ::strncasecmp(line.data(), name.data(), name.size()) == 0;
}

/// Reads the value of a `Content-Length` line; false if it is no sensible number.
bool read_length(std::string_view line, size_t& target) {
  auto begin = line.find_first_not_of(' ', line.find(':') + 1);
  if (begin == std::string_view::npos)
    return false;
  auto [end, error] = std::from_chars(line.data() + begin, line.data() + line.size(), target);
  return error == std::errc{} && end == line.data() + line.size() && target <= max_body_bytes;
}

} // namespace

http_frame find_frame(std::string_view text) {
  http_frame result;
  auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (text.size() > max_head_bytes)
      result.state = http_frame::standing::unreadable;
    return result;
  }
  result.head_bytes = end + 4;
  auto head = text.substr(0, end);
  for (auto at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at)) {
    at += 2;
    auto line = head.substr(at, head.find("\r\n", at) - at);
    // Only these two matter; most lines are told apart by their first character.
    bool bad = false;
    if (line.starts_with('C') || line.starts_with('c'))
      bad = is_named(line, "Content-Length") && !read_length(line, result.body_bytes);
    else if (line.starts_with('T') || line.starts_with('t'))
      bad = is_named(line, "Transfer-Encoding");
    if (bad) {
      result.state = http_frame::standing::unreadable;
      return result;
    }
  }
  if (text.size() >= result.bytes())
    result.state = http_frame::standing::complete;
  return result;
}

int status_of(std::string_view text) {
  // HTTP/1.1 202 Accepted
  int result = 0;
  if (text.size() < 12 || !text.starts_with("HTTP/1."))
    return 0;
  auto [end, error] = std::from_chars(text.data() + 9, text.data() + 12, result);
  return error == std::errc{} && end == text.data() + 12 ? result : 0;
}

} // namespace tocsin::bench
