#include "http/event_stream.hpp"

#include <fmt/format.h>

#include <charconv>
#include <iterator>

namespace tocsin::http {

namespace {

constexpr size_t run_size = 26;
constexpr size_t number_size = 16;

} // namespace

std::string to_string(const feed_position& x) {
  return fmt::format("{}-{:016}", to_string(x.run), x.number);
}

std::optional<feed_position> parse_feed_position(std::string_view text) {
  if (text.size() != run_size + 1 + number_size || text[run_size] != '-')
    return std::nullopt;
  auto run = parse_ulid(text.substr(0, run_size));
  auto digits = text.substr(run_size + 1);
  feed_position result;
  auto [end, ec] = std::from_chars(digits.begin(), digits.end(), result.number);
  if (!run || ec != std::errc{} || end != digits.end())
    return std::nullopt;
  result.run = *run;
  return result;
}

void write_event(std::string& out, const feed_position& id, std::string_view name,
                 std::string_view data) {
  fmt::format_to(std::back_inserter(out), "id: {}\nevent: {}\ndata: {}\n\n", to_string(id), name,
                 data);
}

void write_position(std::string& out, const feed_position& id) {
  fmt::format_to(std::back_inserter(out), "id: {}\n\n", to_string(id));
}

} // namespace tocsin::http
