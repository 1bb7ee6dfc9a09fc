#include "http/http_connection.hpp"

#include "http/problem.hpp"
#include "http/request_parser.hpp"
#include "http/response_head.hpp"
#include "http/stream.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <array>
#include <netinet/tcp.h>
#include <optional>
#include <sys/socket.h>

namespace tocsin::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

using steady = std::chrono::steady_clock;
using error_code = boost::system::error_code;

/// A read asks for at most this much.
constexpr size_t read_size = 16 * 1024;

/// A body that is copied behind its head.
constexpr size_t short_body_bytes = 1024;

/// How long a client has to read a last response before the connection is cut: closing at once
/// while unread input is left would reset the connection and take the response with it.
constexpr std::chrono::seconds linger_time{2};

/// What the kernel may hold of a body that goes on and is not read (it takes twice as much).
constexpr int stream_buffer_bytes = 64 * 1024;

/// Whether a handshake failed because the client spoke HTTP without TLS.
bool is_plain_http(const error_code& ec) {
  return ec.category() == asio::error::get_ssl_category()
         && ERR_GET_REASON(static_cast<unsigned long>(ec.value())) == SSL_R_HTTP_REQUEST;
}

/// One connection. `Stream` is a `plain_stream` or a `tls_stream`.
template <class Stream>
class http_connection final : public connection,
                              public response_sink,
                              public std::enable_shared_from_this<http_connection<Stream>> {
public:
  http_connection(Stream stream, bool turn_away, connection_services& services)
    : stream_(std::move(stream)), turn_away_(turn_away), services_(services) {
    error_code ignored;
    stream_.socket().set_option(asio::ip::tcp::no_delay{true}, ignored);
  }

  void start(std::function<void()> on_closed) override {
    on_closed_ = std::move(on_closed);
    enter(phase::opening, services_.options.handshake_timeout);
    stream_.async_open([self = self()](error_code ec) { self->on_open(ec); });
  }

  steady::time_point deadline() const override { return deadline_; }

  void expire() override {
    auto is_reading = phase_ == phase::header || phase_ == phase::body;
    if (!is_reading || std::exchange(is_late_, true))
      return close();
    // The read in progress ends with that and answers.
    deadline_ = steady::now() + linger_time;
    error_code ignored;
    stream_.socket().cancel(ignored);
  }

  void close() override {
    if (phase_ == phase::closed)
      return;
    phase_ = phase::closed;
    error_code ignored;
    stream_.socket().close(ignored);
    take_body_ = nullptr;
    if (auto source = std::exchange(source_, nullptr))
      source->close();
    if (auto tell = std::exchange(on_closed_, nullptr))
      tell();
  }

  void read_body(std::function<void(std::string)> done) override {
    if (phase_ != phase::answering)
      return;
    take_body_ = std::move(done);
    enter(phase::body, services_.options.transfer_timeout);
    parser_->expects_continue() ? write_continue() : read_more();
  }

  void send(response x) override {
    if (phase_ == phase::answering)
      write(std::move(x));
  }

  request_origin origin() override {
    error_code ignored;
    auto peer = stream_.socket().remote_endpoint(ignored).address();
    return {request_id(), peer.to_string(), services_.is_reached_over_tls};
  }

  void abandon() noexcept override {
    asio::post(stream_.socket().get_executor(), [self = self()] {
      self->send(problem(
        fail(errc::unavailable, "the component handling this request stopped before answering")));
    });
  }

private:
  /// Where in its life, and in that of a request, the connection is.
  enum class phase {
    opening,
    idle,
    header,
    body,
    answering,
    writing,
    /// Between two pieces of a body that goes on.
    streaming,
    lingering,
    closed
  };

  std::shared_ptr<http_connection> self() { return this->shared_from_this(); }

  void enter(phase next, steady::duration limit) {
    phase_ = next;
    deadline_ = steady::now() + limit;
  }

  void on_open(error_code ec) {
    if (phase_ == phase::closed)
      return;
    begin_parser();
    if (is_plain_http(ec))
      return answer_plainly();
    if (ec)
      return close();
    if (turn_away_)
      return refuse(refusal::too_many_connections, "no connection is free; try again later");
    begin_request();
  }

  /// Tells a client that forgot the `s` of `https`; the handshake has left the connection as it
  /// was.
  void answer_plainly() {
    must_close_ = true;
    compose(problem(refusal::malformed_request, "this port takes TLS only: use https"));
    asio::async_write(stream_.socket(), pieces(), [self = self()](error_code failed, size_t) {
      if (self->phase_ == phase::closed)
        return;
      failed ? self->close() : self->drain();
    });
  }

  void begin_parser() {
    parser_.emplace(services_.options.max_header_bytes, services_.options.max_body_bytes);
  }

  void begin_request() {
    begin_parser();
    request_id_.clear();
    enter(phase::idle, services_.options.idle_timeout);
    parse();
  }

  void read_more() {
    // Only an endless chunk extension or trailer can fill the buffer without filling the parser.
    if (buffer_.size() > services_.options.max_header_bytes + read_size)
      return refuse(refusal::malformed_request, "a line of the body's framing is too long");
    stream_.bytes().async_read_some(
      buffer_.prepare(read_size),
      [self = self()](error_code ec, size_t count) { self->on_read(ec, count); });
  }

  void on_read(error_code ec, size_t count) {
    if (phase_ == phase::closed)
      return;
    buffer_.commit(count);
    if (is_late_)
      return refuse(refusal::request_timeout, phase_ == phase::header
                                                ? "the header did not arrive in time"
                                                : "the body did not arrive in time");
    if (ec == asio::error::eof && phase_ != phase::idle)
      return refuse(refusal::malformed_request, "the connection ended within the request");
    if (ec)
      return close();
    parse();
  }

  void parse() {
    if (phase_ == phase::idle && buffer_.size() > 0)
      enter(phase::header, services_.options.header_timeout);
    while (!parser_->is_done()) {
      if (buffer_.size() == 0)
        return read_on();
      if (!parser_->is_header_done() && has_folded_line(unread()))
        return refuse(refusal::malformed_request, "a header field goes on in a second line");
      error_code ec;
      buffer_.consume(parser_->put(buffer_.data(), ec));
      if (ec == beast::http::error::need_more)
        return read_on();
      if (ec)
        return refuse(ec);
      if (phase_ == phase::header && parser_->is_header_done() && !accept_header())
        return;
    }
    begin_answer();
    if (auto take_body = std::exchange(take_body_, nullptr))
      return take_body(parser_->release_body());
    services_.handler.handle(parser_->release(), responder{self()});
  }

  /// Waits for more of a header, and of a body that is wanted. Whether it is, the handler says.
  void read_on() {
    if (phase_ != phase::body || take_body_)
      return read_more();
    begin_answer();
    services_.handler.handle(parser_->release_head(), responder{self()});
  }

  void begin_answer() {
    phase_ = phase::answering;
    deadline_ = steady::time_point::max();
  }

  std::string_view unread() const {
    auto bytes = buffer_.cdata();
    return {static_cast<const char*>(bytes.data()), bytes.size()};
  }

  /// Goes on to the body; false if the header is refused.
  bool accept_header() {
    request_id_ = parser_->client_request_id();
    if (auto fault = parser_->find_fault()) {
      refuse(fault->kind, fault->detail);
      return false;
    }
    phase_ = phase::body;
    parser_->eager(true);
    return true;
  }

  void write_continue() {
    static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_.bytes(), asio::buffer(text), [self = self()](error_code ec, size_t) {
      if (self->phase_ == phase::closed)
        return;
      if (ec)
        return self->close();
      self->parse();
    });
  }

  void refuse(error_code ec) {
    if (ec == beast::http::error::body_limit)
      refuse(refusal::body_too_large, "the body is larger than the limit of "
                                        + std::to_string(services_.options.max_body_bytes)
                                        + " bytes");
    else if (ec == beast::http::error::header_limit)
      refuse(refusal::header_too_large, "the header is larger than the limit of "
                                          + std::to_string(services_.options.max_header_bytes)
                                          + " bytes");
    else
      refuse(refusal::malformed_request, ec.message());
  }

  /// Answers a request that cannot be read to its end; where the next one begins is unknown, so
  /// the connection closes.
  void refuse(refusal kind, std::string_view detail) {
    must_close_ = true;
    take_body_ = nullptr;
    write(problem(kind, detail));
  }

  void write(response x) {
    compose(std::move(x));
    auto go_on = [self = self()](error_code ec, size_t) { self->on_written(ec); };
    if (body_.empty())
      asio::async_write(stream_.bytes(), asio::buffer(head_), std::move(go_on));
    else
      asio::async_write(stream_.bytes(), pieces(), std::move(go_on));
  }

  /// Makes `pieces` of a response.
  void compose(response x) {
    services_.responses.add(x.status);
    must_close_ = must_close_ || !parser_->is_done() || !parser_->keep_alive() || x.source;
    head_ = response_head(x, {request_id(), !must_close_, is_old(), services_.is_reached_over_tls});
    body_ = std::move(x.body);
    source_ = std::move(x.source);
    if (is_head()) {
      body_.clear();
      if (auto source = std::exchange(source_, nullptr))
        source->close();
    }
    // One piece is written in less time than two, and in one record of TLS.
    if (body_.size() <= short_body_bytes)
      head_ += std::exchange(body_, {});
    enter(phase::writing, services_.options.transfer_timeout);
  }

  /// Whether the answer has no body, as far as the request is known: Beast reads no header before
  /// all of it is there.
  bool is_head() const {
    return parser_->is_head() || (!parser_->is_header_done() && unread().starts_with("HEAD "));
  }

  bool is_old() const { return parser_->is_version_1_0(); }

  /// The client's own, or else one that is made here.
  const std::string& request_id() {
    if (request_id_.empty())
      request_id_ = services_.make_request_id();
    return request_id_;
  }

  std::array<asio::const_buffer, 2> pieces() const {
    return {asio::buffer(head_), asio::buffer(body_)};
  }

  void on_written(error_code ec) {
    if (phase_ == phase::closed)
      return;
    if (ec)
      return close();
    if (source_)
      return begin_stream();
    if (!must_close_)
      return begin_request();
    enter(phase::lingering, linger_time);
    end();
  }

  void end() {
    stream_.async_end([self = self()] {
      if (self->phase_ != phase::closed)
        self->drain();
    });
  }

  /// Keeps little in the kernel for a client that does not read, and drops one that is gone.
  void begin_stream() {
    error_code ignored;
    stream_.socket().set_option(asio::socket_base::send_buffer_size{stream_buffer_bytes}, ignored);
    auto patience = static_cast<unsigned>(services_.options.transfer_timeout.count());
    ::setsockopt(stream_.socket().native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &patience,
                 sizeof(patience));
    watch_client();
    write_next_piece();
  }

  /// Reads only to notice that the client has gone; it has nothing to say before the body ends.
  void watch_client() {
    buffer_.clear();
    stream_.bytes().async_read_some(
      buffer_.prepare(read_size), [self = self()](error_code ec, size_t count) {
        if (self->phase_ == phase::closed)
          return;
        if (self->phase_ == phase::lingering)
          return self->end();
        self->read_in_vain_ += count;
        if (ec || self->read_in_vain_ > self->services_.options.max_header_bytes)
          return self->close();
        self->watch_client();
      });
  }

  void write_next_piece() {
    phase_ = phase::streaming;
    deadline_ = steady::time_point::max();
    source_->next([self = self()](std::string piece) {
      if (self->phase_ == phase::streaming)
        self->write_piece(std::move(piece));
    });
  }

  /// Writes a piece as a chunk (RFC 9112 §7.1), and after the last one ends.
  void write_piece(std::string piece) {
    auto is_last = piece.empty();
    head_ = is_old() ? std::string{} : fmt::format("{:x}\r\n", piece.size());
    body_ = std::move(piece);
    if (!is_old())
      body_ += "\r\n";
    enter(phase::writing, services_.options.transfer_timeout);
    asio::async_write(stream_.bytes(), pieces(), [=, self = self()](error_code ec, size_t) {
      if (self->phase_ == phase::closed)
        return;
      if (ec)
        return self->close();
      is_last ? self->end_stream() : self->write_next_piece();
    });
  }

  /// Ends the read that watches the client first, as two must not go on at once.
  void end_stream() {
    std::exchange(source_, nullptr)->close();
    enter(phase::lingering, linger_time);
    error_code ignored;
    stream_.socket().cancel(ignored);
  }

  /// Ends our side and waits for the other to do the same.
  void drain() {
    error_code ec;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ec);
    if (ec)
      return close();
    enter(phase::lingering, linger_time);
    discard();
  }

  void discard() {
    buffer_.clear();
    stream_.socket().async_read_some(buffer_.prepare(read_size),
                                     [self = self()](error_code ec, size_t) {
                                       if (self->phase_ == phase::closed)
                                         return;
                                       if (ec)
                                         return self->close();
                                       self->discard();
                                     });
  }

  Stream stream_;
  bool turn_away_;
  connection_services& services_;
  std::function<void()> on_closed_;
  phase phase_ = phase::opening;
  steady::time_point deadline_ = steady::time_point::max();
  /// A request took too long, and its client is to hear so.
  bool is_late_ = false;
  beast::flat_buffer buffer_;
  /// A parser reads one request only, so each gets its own.
  std::optional<request_parser> parser_;
  std::string request_id_;
  /// Waits for the body of the request; nothing before the handler wants it.
  std::function<void(std::string)> take_body_;
  bool must_close_ = false;
  /// The response while it is written.
  std::string head_;
  std::string body_;
  /// Where the rest of a body that goes on comes from.
  std::shared_ptr<body_source> source_;
  /// Bytes that came while it went on.
  size_t read_in_vain_ = 0;
};

} // namespace

std::shared_ptr<connection> open_connection(asio::ip::tcp::socket socket, tls_context tls,
                                            bool turn_away, connection_services& services) {
  if (!tls)
    return std::make_shared<http_connection<plain_stream>>(plain_stream{std::move(socket)},
                                                           turn_away, services);
  return std::make_shared<http_connection<tls_stream>>(
    tls_stream{std::move(socket), std::move(tls)}, turn_away, services);
}

} // namespace tocsin::http
