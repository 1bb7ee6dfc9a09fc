#include "http/server.hpp"

#include "http/asker.hpp"
#include "http/connection_limits.hpp"
#include "http/http_connection.hpp"
#include "http/io_loop.hpp"
#include "http/router.hpp"
#include "http/stream_desk.hpp"
#include "http/tls_identity.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace tocsin::http {

namespace asio = boost::asio;

using tcp = asio::ip::tcp;
using error_code = boost::system::error_code;

namespace {

/// How long to wait with accepting when the process is out of descriptors.
constexpr std::chrono::milliseconds accept_pause{100};

/// How often connections and questions are looked through for late ones: often enough that a
/// timeout is at most a quarter late.
std::chrono::milliseconds tick_of(const server_options& x) {
  auto shortest = std::min({x.handshake_timeout, x.header_timeout, x.transfer_timeout,
                            x.idle_timeout, x.ask_timeout, x.send_test_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds{5}, std::chrono::milliseconds{1000});
}

std::string make_request_id(ulid_generator& ids) {
  auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return to_string(ids.next(now));
}

/// One I/O thread and what happens on it.
struct lane {
  explicit lane(const server_options& options) : loop(tick_of(options)) {}

  io_loop loop;
  ulid_generator request_ids;
  std::optional<asker> questions;
  std::optional<stream_desk> streams;
  std::optional<router> routes;
  std::optional<connection_services> services;
};

} // namespace

struct server::parts {
  parts(caf::actor_system& sys, server_options opts)
    : system(sys),
      options(std::move(opts)),
      door(options.max_waiting_events),
      limits(options.max_connections, options.max_connections_per_address),
      callers{options.submissions_per_second, options.requests_per_second},
      accept_fault{options.report, options.report_recovery, "connections are accepted again"} {}

  expected<void> load_certificate();
  expected<void> listen();
  void start_lanes(const backend& actors);
  void accept();
  void take_in(tcp::socket socket);
  void end_streams();
  void stop();

  caf::actor_system& system;
  server_options options;
  admission door;
  std::vector<std::unique_ptr<lane>> lanes;
  std::optional<tcp::acceptor> acceptor;
  std::optional<asio::steady_timer> accept_timer;
  uint16_t port = 0;
  connection_limits limits;
  caller_limits callers;
  response_counts responses;
  repeated_fault accept_fault;
  /// Empty without TLS.
  std::optional<tls_identity> identity;
  size_t next_lane = 0;
  bool stopped = false;
};

expected<void> server::parts::load_certificate() {
  if (options.tls_certificate.empty())
    return {};
  identity.emplace(options.tls_certificate, options.tls_key);
  return identity->load();
}

expected<void> server::parts::listen() {
  auto& context = lanes.front()->loop.context();
  error_code ec;
  auto address = asio::ip::make_address(options.address, ec);
  if (ec)
    return fail(errc::invalid_argument,
                fmt::format("'{}' is not an address to listen on", options.address));
  tcp::endpoint endpoint{address, options.port};
  acceptor.emplace(context);
  accept_timer.emplace(context);
  acceptor->open(endpoint.protocol(), ec);
  if (!ec)
    acceptor->set_option(asio::socket_base::reuse_address{true}, ec);
  if (!ec)
    acceptor->bind(endpoint, ec);
  if (!ec)
    acceptor->listen(asio::socket_base::max_listen_connections, ec);
  if (!ec)
    port = acceptor->local_endpoint(ec).port();
  if (ec)
    return fail(errc::unavailable, fmt::format("cannot listen on {} port {}: {}", options.address,
                                               options.port, ec.message()));
  return {};
}

void server::parts::start_lanes(const backend& actors) {
  auto seats = std::make_shared<stream_seats>(options.max_streams);
  for (auto& made : lanes) {
    auto& x = *made;
    x.questions.emplace(system, x.loop.context(), options.ask_timeout,
                        [&x] { asio::post(x.loop.context(), [&x] { x.questions->put(); }); });
    x.streams.emplace(seats);
    x.routes.emplace(actors, *x.questions, door, *x.streams, callers, responses,
                     options.send_test_timeout);
    x.services.emplace(connection_services{options, *x.routes, responses,
                                           !options.tls_certificate.empty()
                                             || actors.public_url.starts_with("https://"),
                                           [&x] { return make_request_id(x.request_ids); }});
  }
  accept();
  for (auto& x : lanes)
    x->loop.start([&x = *x](auto now) {
      x.questions->expire(now);
      x.streams->tick(now);
    });
}

void server::parts::accept() {
  auto& next = *lanes[next_lane];
  acceptor->async_accept(next.loop.context(), [this](error_code ec, tcp::socket socket) {
    if (ec == asio::error::operation_aborted)
      return;
    if (!ec) {
      accept_fault.gone();
      take_in(std::move(socket));
      return accept();
    }
    accept_fault.met("no connection can be accepted: " + ec.message());
    // Most likely out of descriptors: trying at once would only burn the processor.
    accept_timer->expires_after(accept_pause);
    accept_timer->async_wait([this](error_code aborted) {
      if (!aborted)
        accept();
    });
  });
}

void server::parts::take_in(tcp::socket socket) {
  using enum connection_limits::verdict;
  error_code ec;
  auto peer = socket.remote_endpoint(ec).address();
  if (ec)
    return;
  auto [verdict, place] = limits.enter(peer);
  if (verdict == drop)
    return;
  auto tls = identity ? identity->current() : nullptr;
  auto& x = *lanes[next_lane];
  next_lane = (next_lane + 1) % lanes.size();
  asio::post(x.loop.context(), [&x, tls, turned_away = verdict == turn_away,
                                place = std::move(place), socket = std::move(socket)]() mutable {
    x.loop.adopt(open_connection(std::move(socket), tls, turned_away, *x.services),
                 std::move(place));
  });
}

/// The ends are written before what is posted later closes the connections.
void server::parts::end_streams() {
  door.close();
  for (auto& x : lanes)
    asio::post(x->loop.context(), [&x = *x] {
      if (x.streams)
        x.streams->end_all();
    });
}

void server::parts::stop() {
  if (std::exchange(stopped, true))
    return;
  end_streams();
  // Behind what is under way when the streams end: a piece whose writing is just over comes before
  // the end of its stream.
  for (auto& x : lanes)
    asio::post(x->loop.context(),
               [&loop = x->loop] { asio::post(loop.context(), [&loop] { loop.stop(); }); });
  for (auto& x : lanes)
    x->loop.join();
  if (acceptor) {
    error_code ignored;
    acceptor->close(ignored);
  }
  // With the threads gone nobody asks any more, and what is left of the questions belongs to this
  // thread.
  for (auto& x : lanes) {
    if (x->questions)
      x->questions->close();
    x->services.reset();
    x->routes.reset();
  }
}

server::server(std::unique_ptr<parts> parts) : parts_(std::move(parts)) {}

server::~server() {
  stop();
}

expected<std::unique_ptr<server>> server::start(caf::actor_system& system, server_options options,
                                                backend actors) {
  if (options.threads == 0)
    return fail(errc::invalid_argument, "the HTTP server needs at least one thread");
  auto made = std::make_unique<parts>(system, std::move(options));
  for (size_t i = 0; i < made->options.threads; ++i)
    made->lanes.push_back(std::make_unique<lane>(made->options));
  if (auto loaded = made->load_certificate(); !loaded)
    return loaded.error();
  if (auto listening = made->listen(); !listening)
    return listening.error();
  made->start_lanes(actors);
  return std::unique_ptr<server>{new server{std::move(made)}};
}

uint16_t server::port() const {
  return parts_->port;
}

expected<bool> server::reload_certificate(bool always) {
  auto& identity = parts_->identity;
  if (!identity || !(always || identity->is_stale()))
    return false;
  if (auto loaded = identity->load(); !loaded)
    return loaded.error();
  return true;
}

std::vector<caf::actor> server::bridges() const {
  std::vector<caf::actor> result;
  for (auto& x : parts_->lanes)
    result.push_back(x->questions->bridge());
  return result;
}

admission& server::door() {
  return parts_->door;
}

void server::stop_accepting_events() {
  parts_->end_streams();
}

void server::stop() {
  parts_->stop();
}

} // namespace tocsin::http
