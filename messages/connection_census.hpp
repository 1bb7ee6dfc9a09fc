#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

namespace tocsin {

/// A place among the connections; giving it up makes room for another.
using entry_slot = std::shared_ptr<void>;

/// Counts the connections, in all and by the address they come from, as `address_group` has it.
/// Slots may outlive it. From any thread.
class connection_census {
public:
  connection_census(size_t total, size_t per_address) : total_(total), per_address_(per_address) {}

  /// A place for a connection from `peer`; nullptr where too many are taken.
  entry_slot take(const boost::asio::ip::address& peer);

private:
  struct counts {
    /// Whether there is a place, which is taken then.
    bool enter(const boost::asio::ip::address& group, size_t total, size_t per_address);
    void leave(const boost::asio::ip::address& group);

    std::mutex mutex;
    size_t all = 0;
    std::map<boost::asio::ip::address, size_t> by_address;
  };

  size_t total_;
  size_t per_address_;
  std::shared_ptr<counts> counts_ = std::make_shared<counts>();
};

} // namespace tocsin
