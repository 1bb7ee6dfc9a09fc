#pragma once

#include "tests/support/standin/asio_types.hpp"
#include "tests/support/standin/http_listener.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

#include <memory>

namespace tocsin::standin {

/// One HTTP connection; `Stream` is a socket or a TLS stream over one. Keeps itself alive through
/// its pending operations and dies with the last of them.
template <class Stream>
class http_session : public std::enable_shared_from_this<http_session<Stream>> {
public:
  template <class... Args>
  explicit http_session(const http_listener::handler& handle, io_executor executor, Args&&... args)
    : handle_(handle), stream_(std::forward<Args>(args)...), timer_(executor) {}

  void start() {
    if constexpr (is_tls) {
      stream_.async_handshake(boost::asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](error_code ec) {
                                if (!ec)
                                  self->read_header();
                              });
    } else {
      read_header();
    }
  }

private:
  using error_code = boost::system::error_code;
  static constexpr bool is_tls = !std::is_same_v<Stream, tcp_socket>;
  static constexpr std::uint64_t max_body_bytes = 64 * 1024 * 1024;

  tcp_socket& socket() {
    if constexpr (is_tls)
      return stream_.next_layer();
    else
      return stream_;
  }

  void read_header() {
    parser_.emplace();
    parser_->body_limit(max_body_bytes);
    boost::beast::http::async_read_header(
      stream_, buffer_, *parser_,
      [self = this->shared_from_this()](error_code ec, std::size_t) { self->on_header(ec); });
  }

  void on_header(error_code ec) {
    if (ec)
      return on_broken_request(ec);
    auto expect = parser_->get()[boost::beast::http::field::expect];
    if (!equal_ignoring_case({expect.data(), expect.size()}, "100-continue"))
      return read_body();
    output_ = "HTTP/1.1 100 Continue\r\n\r\n";
    boost::asio::async_write(stream_, boost::asio::buffer(output_),
                             [self = this->shared_from_this()](error_code failed, std::size_t) {
                               if (!failed)
                                 self->read_body();
                             });
  }

  void read_body() {
    boost::beast::http::async_read(
      stream_, buffer_, *parser_,
      [self = this->shared_from_this()](error_code ec, std::size_t) { self->on_request(ec); });
  }

  void on_request(error_code ec) {
    if (ec)
      return on_broken_request(ec);
    auto message = parser_->release();
    keep_alive_ = message.keep_alive();
    request req;
    req.method = std::string_view{message.method_string().data(), message.method_string().size()};
    std::string_view target{message.target().data(), message.target().size()};
    auto mark = std::min(target.find('?'), target.size());
    req.path = target.substr(0, mark);
    req.query = target.substr(std::min(mark + 1, target.size()));
    req.tls = is_tls;
    for (const auto& each : message)
      req.headers.push_back({std::string{each.name_string()}, std::string{each.value()}});
    req.body = std::move(message.body());
    outcome_ = handle_(std::move(req));
    if (outcome_.delay.count() == 0)
      return act();
    timer_.expires_after(outcome_.delay);
    timer_.async_wait([self = this->shared_from_this()](error_code failed) {
      if (!failed)
        self->act();
    });
  }

  /// Answers what is not HTTP, or too big, as far as the connection still allows it.
  void on_broken_request(error_code ec) {
    namespace http = boost::beast::http;
    auto gone = http::make_error_code(http::error::end_of_stream);
    if (ec == gone || ec.category() != gone.category())
      return;
    keep_alive_ = false;
    outcome_ = {};
    outcome_.answer
      = make_reply(ec == http::error::body_limit ? 413 : 400, "text/plain", ec.message());
    act();
  }

  void act() {
    switch (outcome_.action) {
    case script_action::stall: return wait_for_the_end();
    case script_action::reset: return reset(socket());
    case script_action::close: {
      error_code ignored;
      socket().shutdown(tcp::socket::shutdown_both, ignored);
      socket().close(ignored);
      return;
    }
    default: write_reply();
    }
  }

  /// Reads and drops until the client closes.
  void wait_for_the_end() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(4096),
                            [self = this->shared_from_this()](error_code ec, std::size_t) {
                              if (!ec)
                                self->wait_for_the_end();
                            });
  }

  void write_reply() {
    const auto& answer = outcome_.answer;
    auto size = std::max<std::uint64_t>(answer.body.size(), outcome_.body_bytes);
    auto reason = boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(answer.status)));
    output_.clear();
    auto out = std::back_inserter(output_);
    fmt::format_to(out, "HTTP/1.1 {} {}\r\n", answer.status,
                   std::string_view{reason.data(), reason.size()});
    for (const auto& each : answer.headers)
      fmt::format_to(out, "{}: {}\r\n", each.name, each.value);
    if (answer.status != 204 && answer.status != 304)
      fmt::format_to(out, "Content-Length: {}\r\n", size);
    output_ += keep_alive_ ? "\r\n" : "Connection: close\r\n\r\n";
    output_ += answer.body;
    filler_left_ = size - answer.body.size();
    write_output();
  }

  void write_output() {
    boost::asio::async_write(stream_, boost::asio::buffer(output_),
                             [self = this->shared_from_this()](error_code ec, std::size_t) {
                               if (!ec)
                                 self->on_written();
                             });
  }

  void on_written() {
    constexpr std::uint64_t filler_piece = 64 * 1024;
    if (filler_left_ > 0) {
      auto piece = std::min(filler_left_, filler_piece);
      filler_left_ -= piece;
      output_.assign(piece, 'x');
      return write_output();
    }
    if (keep_alive_)
      return read_header();
    error_code ignored;
    socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  const http_listener::handler& handle_;
  Stream stream_;
  io_timer timer_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  http_outcome outcome_;
  std::string output_;
  std::uint64_t filler_left_ = 0;
  bool keep_alive_ = true;
};

} // namespace tocsin::standin
