#include "gate/entrance.hpp"

#include "gate/server.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

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
  std::string address;
  entry_slot slot;
  bool is_late = false;
};

entrance::entrance(asio::io_context& context, const server_options& options, listener told)
  : context_(context),
    options_(options),
    told_(std::move(told)),
    acceptor_(context),
    accept_timer_(context) {}

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
      take(std::move(socket));
      return accept();
    }
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

entry_slot entrance::take_slot(const std::string& address) {
  auto found = census_->by_address.find(address);
  auto here = found == census_->by_address.end() ? 0 : found->second;
  if (census_->all >= options_.max_connections || here >= options_.max_connections_per_address)
    return nullptr;
  ++census_->all;
  ++census_->by_address[address];
  return {census_.get(), [counts = census_, address](void*) {
            --counts->all;
            auto place = counts->by_address.find(address);
            if (--place->second == 0)
              counts->by_address.erase(place);
          }};
}

void entrance::take(tcp::socket socket) {
  error_code ec;
  auto endpoint = socket.remote_endpoint(ec);
  if (ec)
    return;
  auto address = endpoint.address().to_string();
  auto slot = take_slot(address);
  if (!slot)
    return told_.on_refused(address, "it holds too many connections, or all peers together do");
  socket.set_option(tcp::no_delay{true}, ec);
  listen_to(std::shared_ptr<candidate>{
    new candidate{std::move(socket), {}, asio::steady_timer{context_}, address, std::move(slot)}});
}

void entrance::listen_to(const std::shared_ptr<candidate>& x) {
  x->timer.expires_after(options_.handshake_timeout);
  x->timer.async_wait([x](error_code ec) {
    if (ec)
      return;
    error_code ignored;
    x->is_late = true;
    if (x->stream)
      x->stream->lowest_layer().close(ignored);
    else
      x->socket.close(ignored);
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
  told_.on_refused(x.address, x.is_late ? "no TLS handshake in time" : why);
}

void entrance::conclude(const std::shared_ptr<candidate>& x, error_code ec) {
  auto* ssl = x->stream->native_handle();
  if (x->is_late || ec)
    return refuse(*x, describe(ssl, ec));
  x->timer.cancel();
  link::x509_ptr peer{SSL_get1_peer_certificate(ssl)};
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &protocol, &size);
  if (!peer || size == 0)
    return told_.on_refused(x->address, "it does not speak this protocol");
  told_.on_entrant(
    {link::read_certificate(std::move(peer)), std::move(*x->stream), std::move(x->slot)});
}

} // namespace tocsin::gate
