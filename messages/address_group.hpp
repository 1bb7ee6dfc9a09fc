#pragma once

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace tocsin {

/// The address under which connections from `peer` are counted. An IPv6 address counts as its /64,
/// which usually belongs to one host that can choose any address in it (RFC 4291, 2.5.4; RFC
/// 8981). IPv4 addresses mapped into IPv6 count as IPv4.
inline boost::asio::ip::address address_group(const boost::asio::ip::address& peer) {
  namespace ip = boost::asio::ip;
  if (peer.is_v4())
    return peer;
  auto v6 = peer.to_v6();
  if (v6.is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, v6);
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return ip::address_v6{bytes};
}

} // namespace tocsin
