#include "http/connection_limits.hpp"

#include "messages/address_group.hpp"

namespace tocsin::http {

namespace {

namespace ip = boost::asio::ip;

/// This many may be waiting for their 503 to arrive.
constexpr size_t max_turned_away = 64;

} // namespace

connection_limits::verdict connection_limits::enter(const ip::address& peer) {
  std::lock_guard guard{mutex_};
  auto group = address_group(peer);
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
  auto known = by_address_.find(address_group(peer));
  if (--known->second == 0)
    by_address_.erase(known);
}

} // namespace tocsin::http
