#include "tests/support/standin/smtp_listener.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>
#include <memory>

namespace tocsin::standin {

namespace {

using boost::system::error_code;

/// One SMTP connection. Keeps itself alive through its pending operations.
class smtp_connection : public std::enable_shared_from_this<smtp_connection> {
public:
  smtp_connection(tcp_socket socket, boost::asio::ssl::context& tls, const smtp_policy& policy,
                  smtp_host& host, bool tls_first)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      tls_context_(tls),
      session_(policy, host, tls_first) {}

  void start(bool tls_first) {
    if (!tls_first)
      return take(session_.greet());
    handshake([self = shared_from_this()] { self->take(self->session_.greet()); });
  }

private:
  using tls_stream = boost::asio::ssl::stream<tcp_socket&>;

  template <class Done>
  void handshake(Done done) {
    tls_.emplace(socket_, tls_context_);
    tls_->async_handshake(boost::asio::ssl::stream_base::server,
                          [self = shared_from_this(), done](error_code ec) {
                            if (!ec)
                              done();
                          });
  }

  /// Calls `use` with the stream that is in force.
  template <class Use>
  void with_stream(Use use) {
    if (tls_)
      use(*tls_);
    else
      use(socket_);
  }

  void take(smtp_step step) {
    step_ = std::move(step);
    if (step_.delay.count() == 0)
      return write();
    timer_.expires_after(step_.delay);
    timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec)
        self->write();
    });
  }

  void write() {
    if (step_.output.empty())
      return go_on();
    with_stream([this](auto& stream) {
      boost::asio::async_write(stream, boost::asio::buffer(step_.output),
                               [self = shared_from_this()](error_code ec, std::size_t) {
                                 if (!ec)
                                   self->go_on();
                               });
    });
  }

  void go_on() {
    switch (step_.next) {
    case smtp_next::read:
      if (step_.when_idle)
        watch_idle();
      return read();
    case smtp_next::start_tls:
      return handshake([self = shared_from_this()] {
        self->session_.tls_started();
        self->read();
      });
    case smtp_next::stall: stalled_ = true; return read();
    case smtp_next::reset: return reset(socket_);
    case smtp_next::close: return close();
    }
  }

  void read() {
    with_stream([this](auto& stream) {
      stream.async_read_some(
        boost::asio::buffer(input_),
        [self = shared_from_this()](error_code ec, std::size_t size) { self->on_read(ec, size); });
    });
  }

  void on_read(error_code ec, std::size_t size) {
    if (ec || leaving_)
      return;
    if (stalled_)
      return read();
    timer_.cancel();
    take(session_.consume({input_.data(), size}));
  }

  void watch_idle() {
    timer_.expires_after(step_.when_idle->delay);
    timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec)
        self->say_goodbye();
    });
  }

  void say_goodbye() {
    // A command that came in the same moment has replaced the step.
    if (!step_.when_idle)
      return;
    leaving_ = true;
    const auto& last = *step_.when_idle;
    step_.output = fmt::format("{} {}\r\n", last.status, last.body);
    with_stream([this](auto& stream) {
      boost::asio::async_write(
        stream, boost::asio::buffer(step_.output),
        [self = shared_from_this()](error_code, std::size_t) { self->close(); });
    });
  }

  void close() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    socket_.close(ignored);
  }

  tcp_socket socket_;
  io_timer timer_;
  boost::asio::ssl::context& tls_context_;
  std::optional<tls_stream> tls_;
  smtp_session session_;
  smtp_step step_;
  std::array<char, 16384> input_{};
  bool stalled_ = false;
  bool leaving_ = false;
};

} // namespace

smtp_listener::smtp_listener(boost::asio::io_context& io, boost::asio::ssl::context& tls,
                             bool tls_first, smtp_policy policy, record_book& records,
                             script_book& scripts)
  : io_(io),
    tls_(tls),
    tls_first_(tls_first),
    policy_(std::move(policy)),
    desk_(policy_.name, records, scripts),
    acceptor_(io) {}

std::optional<std::string> smtp_listener::start(std::uint16_t port) {
  if (auto failed = listen_on(acceptor_, port))
    return failed;
  port_ = acceptor_.local_endpoint().port();
  accept();
  return std::nullopt;
}

void smtp_listener::accept() {
  acceptor_.async_accept([this](error_code ec, tcp_socket socket) {
    if (ec == boost::asio::error::operation_aborted)
      return;
    if (!ec) {
      error_code ignored;
      socket.set_option(tcp::no_delay{true}, ignored);
      std::make_shared<smtp_connection>(std::move(socket), tls_, policy_, desk_, tls_first_)
        ->start(tls_first_);
    }
    accept();
  });
}

} // namespace tocsin::standin
