#include "messages/connection_census.hpp"

#include "messages/address_group.hpp"

namespace tocsin {

namespace ip = boost::asio::ip;

entry_slot connection_census::take(const ip::address& peer) {
  auto group = address_group(peer);
  if (!counts_->enter(group, total_, per_address_))
    return nullptr;
  return {counts_.get(), [kept = counts_, group](void*) { kept->leave(group); }};
}

bool connection_census::counts::enter(const ip::address& group, size_t total, size_t per_address) {
  std::lock_guard lock{mutex};
  auto found = by_address.find(group);
  auto here = found == by_address.end() ? 0 : found->second;
  if (all >= total || here >= per_address)
    return false;
  ++all;
  ++by_address[group];
  return true;
}

void connection_census::counts::leave(const ip::address& group) {
  std::lock_guard lock{mutex};
  --all;
  auto found = by_address.find(group);
  if (--found->second == 0)
    by_address.erase(found);
}

} // namespace tocsin
