#include "policy/idempotency_key.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin::policy {

namespace {

constexpr std::string_view single_kind = "key";
constexpr std::string_view part_kind = "part";
constexpr std::string_view last_kind = "last";
constexpr std::string_view first_place = "0";

/// Takes the text up to the next space off the front of `text`.
std::string_view take_word(std::string_view& text) {
  auto end = std::min(text.find(' '), text.size());
  auto result = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return result;
}

} // namespace

std::string idempotency_key(std::string_view request_key, size_t place, size_t count) {
  if (request_key.empty())
    return {};
  if (count == 1)
    return fmt::format("{} {}", single_kind, request_key);
  return fmt::format("{} {} {}", place + 1 == count ? last_kind : part_kind, place, request_key);
}

std::vector<std::string> rival_keys(std::string_view key) {
  auto rest = key;
  auto kind = take_word(rest);
  // An array goes on where this request, a single event, has ended.
  if (kind == single_kind)
    return {fmt::format("{} {} {}", part_kind, first_place, rest)};
  if (kind != part_kind && kind != last_kind)
    return {};
  auto place = take_word(rest);
  // A longer array goes on where this one ends; a shorter one ends where this one goes on.
  if (kind == last_kind)
    return {fmt::format("{} {} {}", part_kind, place, rest)};
  std::vector<std::string> result{fmt::format("{} {} {}", last_kind, place, rest)};
  if (place == first_place)
    result.push_back(fmt::format("{} {}", single_kind, rest));
  return result;
}

} // namespace tocsin::policy
