#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace tocsin::client {

/// Finds the addresses of nodes as the system does (hosts file, DNS, whatever nsswitch.conf says),
/// without anybody ever waiting for it. The system's call cannot be cut short and may take minutes,
/// so each runs on a thread that is left behind where nobody wants its answer any more. There is at
/// most one such thread per node: while it looks, it looks for all who ask. On the client's thread.
class name_lookup {
public:
  using results = boost::asio::ip::tcp::resolver::results_type;

  /// Called on the context's thread.
  using handler = std::function<void(const boost::system::error_code& ec, const results& found)>;

  explicit name_lookup(boost::asio::io_context& context);

  /// Handlers that were not called by now never are.
  ~name_lookup();

  name_lookup(const name_lookup&) = delete;
  name_lookup& operator=(const name_lookup&) = delete;

  /// Looks for a host name or numeric address, and calls `told` with what it found. Whoever asked
  /// for the same before and has no answer yet gets none.
  void find(const std::string& host, uint16_t port, handler told);

private:
  struct desk;

  std::shared_ptr<desk> desk_;
};

} // namespace tocsin::client
