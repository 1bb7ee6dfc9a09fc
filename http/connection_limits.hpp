#pragma once

#include "messages/connection_census.hpp"

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <cstdint>

namespace tocsin::http {

/// Decides which connections are served, by their number in total and per address. All members may
/// be called from any thread.
class connection_limits {
public:
  /// What to do with a new connection.
  enum class verdict : uint8_t {
    serve,
    /// Answer 503 and close.
    turn_away,
    /// Close: too many are being turned away already.
    drop,
  };

  struct judgement {
    verdict what = verdict::drop;
    /// Counts the connection as long as it is held; nullptr for one to be dropped.
    entry_slot place;
  };

  connection_limits(size_t total, size_t per_address) : served_(total, per_address) {}

  /// Judges a new connection from `peer`.
  judgement enter(const boost::asio::ip::address& peer);

private:
  /// This many may be waiting for their 503 to arrive.
  static constexpr size_t max_turned_away = 64;

  connection_census served_;
  connection_census turned_away_{max_turned_away, max_turned_away};
};

} // namespace tocsin::http
