#include "gate/entrance.hpp"

#include "gate/server.hpp"
#include "messages/address_group.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <utility>

namespace tocsin::gate {

namespace asio = boost::asio;

using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

/// How long to wait with accepting when the process is out of descriptors.
constexpr std::chrono::milliseconds accept_pause{100};

std::string describe(SSL* ssl, const error_code& ec) {
  auto verdict = SSL_get_verify_result(ssl);
  if (verdict != X509_V_OK)
    return fmt::format("its certificate is not good: {}", X509_verify_cert_error_string(verdict));
  return fmt::format("no TLS handshake: {}", ec.message());
}

} // namespace

/// A connection in its handshake.
struct entrance::candidate {
  /// Until the peer has said something. OpenSSL's buffers, some 80 KiB, are only made then, so that
  /// silent connections cost next to nothing.
  tcp::socket socket;
  std::optional<link::tls_stream> stream;
  asio::steady_timer timer;
  /// As the log names it, and as it is counted.
  std::string address;
  asio::ip::address group;
  entry_slot slot;
  /// In the order in which they came.
  uint64_t number = 0;
  /// Why it was given up; null while it was not.
  const char* given_up = nullptr;
};

entrance::entrance(asio::io_context& context, const server_options& options, listener told)
  : context_(context),
    options_(options),
    told_(std::move(told)),
    acceptor_(context),
    accept_timer_(context),
    accept_fault_(told_.on_fault, told_.on_recovery, "connections are accepted again"),
    census_(options.max_connections, options.max_connections_per_address) {}

expected<void> entrance::listen() {
  error_code ec;
  auto address = asio::ip::make_address(options_.address, ec);
  if (ec)
    return fail(errc::invalid_argument,
                fmt::format("'{}' is not an address to listen on", options_.address));
  tcp::endpoint endpoint{address, options_.port};
  acceptor_.open(endpoint.protocol(), ec);
  if (!ec)
    acceptor_.set_option(asio::socket_base::reuse_address{true}, ec);
  if (!ec)
    acceptor_.bind(endpoint, ec);
  if (!ec)
    acceptor_.listen(asio::socket_base::max_listen_connections, ec);
  if (!ec)
    port_ = acceptor_.local_endpoint(ec).port();
  if (ec)
    return fail(errc::unavailable, fmt::format("cannot listen on {} port {}: {}", options_.address,
                                               options_.port, ec.message()));
  return {};
}

void entrance::accept() {
  acceptor_.async_accept([this](error_code ec, tcp::socket socket) {
    if (ec == asio::error::operation_aborted)
      return;
    if (!ec) {
      accept_fault_.gone();
      take(std::move(socket));
      return accept();
    }
    accept_fault_.met("no connection can be accepted: " + ec.message());
    // Most likely out of descriptors: trying at once would only burn the processor.
    accept_timer_.expires_after(accept_pause);
    accept_timer_.async_wait([this](error_code aborted) {
      if (!aborted)
        accept();
    });
  });
}

void entrance::close() {
  error_code ignored;
  acceptor_.close(ignored);
}

void entrance::take(tcp::socket socket) {
  error_code ec;
  auto endpoint = socket.remote_endpoint(ec);
  if (ec)
    return;
  auto address = endpoint.address().to_string();
  auto slot = census_.take(endpoint.address());
  if (!slot)
    return told_.on_refused(address, "it holds too many connections, or all peers together do");
  socket.set_option(tcp::no_delay{true}, ec);
  make_room();
  std::shared_ptr<candidate> fresh{new candidate{std::move(socket),
                                                 {},
                                                 asio::steady_timer{context_},
                                                 address,
                                                 address_group(endpoint.address()),
                                                 std::move(slot),
                                                 ++last_candidate_}};
  candidates_[fresh->group].push_back(fresh.get());
  ++candidate_count_;
  listen_to(fresh);
}

/// Sees to it that one more may begin its handshake.
void entrance::make_room() {
  if (candidate_count_ < std::max<size_t>(options_.max_connections / 2, 1))
    return;
  auto busiest = std::max_element(candidates_.begin(), candidates_.end(), [](auto& a, auto& b) {
    if (a.second.size() != b.second.size())
      return a.second.size() < b.second.size();
    return a.second.front()->number > b.second.front()->number;
  });
  give_up(*busiest->second.front(), "its TLS handshake made room for others");
}

/// Ends a handshake; what it waits for then fails, and refuses it.
void entrance::give_up(candidate& x, const char* why) {
  x.given_up = why;
  x.slot.reset();
  leave(x);
  error_code ignored;
  if (x.stream)
    x.stream->lowest_layer().close(ignored);
  else
    x.socket.close(ignored);
}

/// Its handshake is over, one way or another. Doing it again does nothing.
void entrance::leave(const candidate& x) {
  auto place = candidates_.find(x.group);
  if (place == candidates_.end())
    return;
  candidate_count_ -= std::erase(place->second, &x);
  if (place->second.empty())
    candidates_.erase(place);
}

void entrance::listen_to(const std::shared_ptr<candidate>& x) {
  x->timer.expires_after(options_.handshake_timeout);
  x->timer.async_wait([this, x](error_code ec) {
    if (!ec)
      give_up(*x, "no TLS handshake in time");
  });
  x->socket.async_wait(tcp::socket::wait_read, [this, x](error_code ec) {
    if (ec)
      return refuse(*x, ec.message());
    x->stream.emplace(std::move(x->socket), *credentials_);
    x->stream->async_handshake(link::tls_stream::server,
                               [this, x](error_code failed) { conclude(x, failed); });
  });
}

void entrance::refuse(candidate& x, const std::string& why) {
  x.timer.cancel();
  leave(x);
  told_.on_refused(x.address, x.given_up != nullptr ? x.given_up : why);
}

void entrance::conclude(const std::shared_ptr<candidate>& x, error_code ec) {
  auto* ssl = x->stream->native_handle();
  if (x->given_up != nullptr || ec)
    return refuse(*x, describe(ssl, ec));
  x->timer.cancel();
  leave(*x);
  link::x509_ptr peer{SSL_get1_peer_certificate(ssl)};
  link::x509_chain_ptr chain{X509_chain_up_ref(SSL_get_peer_cert_chain(ssl))};
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &protocol, &size);
  if (!peer || size == 0)
    return told_.on_refused(x->address, "it does not speak this protocol");
  told_.on_entrant({link::read_certificate(std::move(peer), std::move(chain)),
                    std::move(*x->stream), std::move(x->slot)});
}

} // namespace tocsin::gate
