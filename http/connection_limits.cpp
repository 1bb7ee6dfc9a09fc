#include "http/connection_limits.hpp"

namespace tocsin::http {

connection_limits::judgement connection_limits::enter(const boost::asio::ip::address& peer) {
  if (auto place = served_.take(peer))
    return {verdict::serve, std::move(place)};
  if (auto place = turned_away_.take(peer))
    return {verdict::turn_away, std::move(place)};
  return {};
}

} // namespace tocsin::http
