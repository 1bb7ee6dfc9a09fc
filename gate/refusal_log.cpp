#include "gate/refusal_log.hpp"

#include <utility>

namespace tocsin::gate {

namespace {

constexpr std::chrono::minutes pause{1};

/// How long one is remembered whose last refusals went unsaid, should it come again.
constexpr std::chrono::minutes memory{10};

/// Addresses that are told apart. Should more knock within a minute, the others share one entry.
constexpr size_t max_entries = 256;

/// No address looks like it.
constexpr const char* all_others = "*";

} // namespace

std::optional<uint64_t> refusal_log::note(const std::string& address, clock::time_point now) {
  std::erase_if(entries_, [now](const auto& x) {
    return now - x.second.logged_at >= (x.second.unsaid == 0 ? pause : memory);
  });
  auto key = entries_.size() < max_entries || entries_.contains(address) ? address : all_others;
  auto [place, is_new] = entries_.try_emplace(key, entry{now});
  auto& x = place->second;
  if (is_new)
    return 0;
  if (now - x.logged_at < pause) {
    ++x.unsaid;
    return std::nullopt;
  }
  x.logged_at = now;
  return std::exchange(x.unsaid, 0);
}

bool refusal_log::has_named(const std::string& address, clock::time_point now) const {
  auto found = entries_.find(address);
  return found != entries_.end() && now - found->second.logged_at < pause;
}

} // namespace tocsin::gate
