#pragma once

#include "client/config.hpp"
#include "client/name_lookup.hpp"
#include "link/connection.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::client {

/// Dials all nodes, and all addresses of their names, one after the other but without waiting long
/// for any: the first whose TLS handshake succeeds is taken, the other attempts are given up. On
/// the client's thread.
class dialer {
public:
  struct listener {
    std::function<void(link::tls_stream stream, const node_address& node)> on_connected;
    /// All attempts have failed; the reasons, one per attempt.
    std::function<void(const std::string& why)> on_failed;
  };

  /// `settings` must outlive the dialer.
  dialer(boost::asio::io_context& context, const config& settings, listener told);
  ~dialer();

  dialer(const dialer&) = delete;
  dialer& operator=(const dialer&) = delete;

  /// Begins a round with the node after the one that was taken, or that the last round began with
  /// if none was. Once the round is over the listener is told how it ended.
  void dial();

private:
  using endpoint = boost::asio::ip::tcp::endpoint;

  /// What is yet to be dialled: a node whose name is to be looked up, or a further address of one.
  struct destination {
    size_t node = 0;
    std::optional<endpoint> address;
  };

  class attempt;

  void dial_next();
  void dial_after_stagger();
  void add(size_t node, const name_lookup::results& found);
  void take(attempt& winner);
  void drop(attempt& loser, const std::string& why);
  void give_up_all();

  boost::asio::io_context& context_;
  const config& settings_;
  listener told_;
  name_lookup names_;
  boost::asio::steady_timer stagger_;
  link::tls_context credentials_;
  std::vector<std::shared_ptr<attempt>> attempts_;
  /// The node that the next round begins with.
  size_t first_ = 0;
  /// In the order in which they are dialled in this round.
  std::deque<destination> waiting_;
  std::string reasons_;
};

} // namespace tocsin::client
