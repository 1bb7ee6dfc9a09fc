#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

namespace tocsin::http {

/// Counts the open connections, in total and per address as `address_group` defines it. All members
/// may be called from any thread.
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

  connection_limits(size_t total, size_t per_address) : total_(total), per_address_(per_address) {}

  /// Decides about a new connection from `peer`, and counts it unless it is to be dropped.
  verdict enter(const boost::asio::ip::address& peer);

  /// Reverts what `enter` counted when it returned `x`.
  void leave(const boost::asio::ip::address& peer, verdict x);

private:
  size_t total_;
  size_t per_address_;
  std::mutex mutex_;
  size_t served_ = 0;
  size_t turned_away_ = 0;
  std::map<boost::asio::ip::address, size_t> by_address_;
};

} // namespace tocsin::http
