#include "http/access_cache.hpp"

namespace tocsin::http {

caller_ptr access_cache::find(const sha256_digest& digest, clock::time_point now) {
  if (epoch() != filled_in_)
    return nullptr;
  auto found = entries_.find(digest);
  return found != entries_.end() && now < found->second.until ? found->second.value : nullptr;
}

void access_cache::put(const sha256_digest& digest, caller_ptr x, uint64_t asked_in,
                       clock::time_point now, clock::duration span) {
  auto current = epoch();
  if (current != filled_in_)
    entries_.clear();
  filled_in_ = current;
  if (asked_in != current)
    return;
  std::erase_if(entries_, [now](auto& each) { return each.second.until <= now; });
  entries_[digest] = {std::move(x), now + span};
}

} // namespace tocsin::http
