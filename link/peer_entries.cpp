#include "link/peer_entries.hpp"

#include "link/certificate.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>

namespace tocsin::link {

namespace {

constexpr size_t fingerprint_digits = 64;

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Leaves the digits alone of the fingerprint `entry`; false if they are not those of one.
bool normalize(std::string& entry) {
  auto digits = entry.substr(fingerprint_scheme.size());
  std::erase(digits, ':');
  entry.replace(fingerprint_scheme.size(), entry.npos, digits);
  return digits.size() == fingerprint_digits
         && std::all_of(digits.begin(), digits.end(), is_hex_digit);
}

} // namespace

std::optional<std::vector<std::string>> parse_peer_entries(std::string_view text) {
  constexpr std::string_view white = " \t";
  std::vector<std::string> result;
  while (!text.empty()) {
    auto comma = text.find(',');
    auto entry = text.substr(0, comma);
    text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
    auto begin = entry.find_first_not_of(white);
    if (begin == entry.npos)
      continue;
    auto& kept
      = result.emplace_back(entry.substr(begin, entry.find_last_not_of(white) + 1 - begin));
    if (boost::algorithm::istarts_with(kept, fingerprint_scheme) && !normalize(kept))
      return std::nullopt;
  }
  return result;
}

} // namespace tocsin::link
