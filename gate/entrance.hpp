#pragma once

#include "link/connection.hpp"
#include "messages/connection_census.hpp"
#include "messages/failure.hpp"
#include "messages/repeated_fault.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::gate {

struct server_options;

/// A peer whose certificate is good.
struct entrant {
  link::certificate peer;
  link::tls_stream stream;
  entry_slot slot;
};

/// Accepts connections, counts them, and lets those through that end their TLS handshake with a
/// good certificate in time. Before that, nothing that a peer sends reaches anything but OpenSSL.
/// On the I/O thread.
///
/// At most half of all connections may be in their handshake, so that whoever floods the door never
/// takes the other half from peers. Where more come, the address that has most of them loses its
/// oldest: a peer that comes alone and shakes hands at once gets in all the same.
class entrance {
public:
  struct listener {
    std::function<void(entrant)> on_entrant;
    std::function<void(const std::string& address, const std::string& why)> on_refused;
    /// No connection can be accepted, and that this is over.
    repeated_fault::report_sink on_fault;
    repeated_fault::report_sink on_recovery;
  };

  /// `options` must outlive the entrance.
  entrance(boost::asio::io_context& context, const server_options& options, listener told);

  /// Makes the handshakes from now on with these certificates.
  void use(link::tls_context x) { credentials_ = std::move(x); }

  /// Errors: invalid_argument (the address cannot be read), unavailable (it cannot be bound).
  expected<void> listen();

  /// Begins to accept. `use` has been called.
  void accept();

  void close();

  uint16_t port() const { return port_; }

private:
  struct candidate;

  void take(boost::asio::ip::tcp::socket socket);
  void make_room();
  void give_up(candidate& x, const char* why);
  void leave(const candidate& x);
  void listen_to(const std::shared_ptr<candidate>& x);
  void refuse(candidate& x, const std::string& why);
  void conclude(const std::shared_ptr<candidate>& x, boost::system::error_code ec);

  boost::asio::io_context& context_;
  const server_options& options_;
  listener told_;
  link::tls_context credentials_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer accept_timer_;
  uint16_t port_ = 0;
  repeated_fault accept_fault_;
  connection_census census_;
  /// Those in their handshake, by the address they count under and in the order in which they came.
  /// Each is kept alive by what it waits for.
  std::map<boost::asio::ip::address, std::vector<candidate*>> candidates_;
  size_t candidate_count_ = 0;
  uint64_t last_candidate_ = 0;
};

} // namespace tocsin::gate
