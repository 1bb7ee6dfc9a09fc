#include "http/connection_limits.hpp"

#include <algorithm>

namespace tocsin::http {

namespace {

namespace ip = boost::asio::ip;

/// So many may be waiting for their 503 to arrive.
constexpr size_t max_turned_away = 64;

/// The address that `peer` counts as.
ip::address group_of(const ip::address& peer) {
  if (peer.is_v4())
    return peer;
  auto v6 = peer.to_v6();
  if (v6.is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, v6);
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return ip::address_v6{bytes};
}

} // namespace

connection_limits::verdict connection_limits::enter(const ip::address& peer) {
  std::lock_guard guard{mutex_};
  auto group = group_of(peer);
  auto known = by_address_.find(group);
  auto of_address = known == by_address_.end() ? 0 : known->second;
  if (served_ < total_ && of_address < per_address_) {
    ++served_;
    ++by_address_[group];
    return verdict::serve;
  }
  if (turned_away_ >= max_turned_away)
    return verdict::drop;
  ++turned_away_;
  return verdict::turn_away;
}

void connection_limits::leave(const ip::address& peer, verdict x) {
  std::lock_guard guard{mutex_};
  if (x == verdict::turn_away) {
    --turned_away_;
    return;
  }
  --served_;
  auto known = by_address_.find(group_of(peer));
  if (--known->second == 0)
    by_address_.erase(known);
}

} // namespace tocsin::http
