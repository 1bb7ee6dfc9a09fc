#include "http/entity_tag.hpp"

#include "messages/digest.hpp"
#include "messages/hex.hpp"

#include <algorithm>
#include <span>

namespace tocsin::http {

namespace {

/// 64 bits tell the versions of one thing apart.
constexpr size_t tag_bytes = 8;

} // namespace

std::string entity_tag(std::string_view text) {
  auto digest = sha256(text);
  return '"' + to_hex(std::span{digest}.first(tag_bytes)) + '"';
}

bool names_tag(std::string_view field, std::string_view tag) {
  while (!field.empty()) {
    auto end = std::min(field.find(','), field.size());
    auto entry = field.substr(0, end);
    field.remove_prefix(std::min(end + 1, field.size()));
    auto from = std::min(entry.find_first_not_of(" \t"), entry.size());
    entry = entry.substr(from, entry.find_last_not_of(" \t") + 1 - from);
    if (entry.starts_with("W/"))
      entry.remove_prefix(2);
    if (entry == tag || entry == "*")
      return true;
  }
  return false;
}

} // namespace tocsin::http
