#include "http/http_connection.hpp"

#include "http/body_stream.hpp"
#include "http/problem.hpp"
#include "http/request_reader.hpp"
#include "http/response_head.hpp"
#include "http/stream.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <array>
#include <optional>

namespace tocsin::http {

namespace {

namespace asio = boost::asio;

using steady = std::chrono::steady_clock;
using error_code = boost::system::error_code;

/// A body that is copied behind its head.
constexpr size_t short_body_bytes = 1024;

/// A body that is longer counts among those that wait to be read, of which one I/O thread holds no
/// more than this. The panel's files and ordinary lists are shorter.
constexpr size_t long_body_bytes = 256 * 1024;
constexpr size_t max_unwritten_bytes = 64 * 1024 * 1024;

/// How long a client has to read a last response before the connection is cut: closing at once
/// while unread input is left would reset the connection and take the response with it.
constexpr std::chrono::seconds linger_time{2};

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
    : stream_(std::move(stream)),
      turn_away_(turn_away),
      services_(services),
      reader_(services.options.max_header_bytes, services.options.max_body_bytes) {
    error_code ignored;
    stream_.socket().set_option(asio::ip::tcp::no_delay{true}, ignored);
  }

  void start(std::function<void()> on_closed) override {
    on_closed_ = std::move(on_closed);
    enter(phase::opening, services_.options.handshake_timeout);
    stream_.async_open(unless_closed([this](error_code ec) { on_open(ec); }));
  }

  steady::time_point deadline() const override {
    return phase_ == phase::streaming ? streamed_->deadline() : deadline_;
  }

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
    count_unwritten(0);
    error_code ignored;
    stream_.socket().close(ignored);
    take_body_ = nullptr;
    if (auto source = std::exchange(source_, nullptr))
      source->close();
    if (streamed_)
      streamed_->close();
    if (auto tell = std::exchange(on_closed_, nullptr))
      tell();
  }

  void read_body(size_t max_bytes, std::function<void(std::string)> done) override {
    if (phase_ != phase::answering)
      return;
    if (auto fault = reader_.limit_body(max_bytes))
      return refuse(fault->kind, fault->detail);
    take_body_ = std::move(done);
    enter(phase::body, services_.options.transfer_timeout);
    reader_.expects_continue() ? write_continue() : read_more();
  }

  void send(response x) override {
    if (phase_ != phase::answering)
      return;
    auto size = x.body.size();
    if (size > long_body_bytes && services_.unwritten_bytes + size > max_unwritten_bytes)
      x = problem(fail(errc::overloaded, "too many long answers wait to be read; try again later"));
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
    /// A body that goes on is written.
    streaming,
    lingering,
    closed
  };

  std::shared_ptr<http_connection> self() { return this->shared_from_this(); }

  void enter(phase next, steady::duration limit) {
    phase_ = next;
    deadline_ = steady::now() + limit;
  }

  /// `f` as the end of an operation, which means nothing to a connection that has closed meanwhile.
  template <class F>
  auto unless_closed(F f) {
    return [self = self(), f](auto... x) {
      if (self->phase_ != phase::closed)
        f(x...);
    };
  }

  void on_open(error_code ec) {
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
    asio::async_write(stream_.socket(), pieces(), unless_closed([this](error_code failed, size_t) {
                        failed ? close() : drain();
                      }));
  }

  void begin_request() {
    reader_.begin();
    request_id_.clear();
    enter(phase::idle, services_.options.idle_timeout);
    parse();
  }

  void read_more() {
    stream_.bytes().async_read_some(
      reader_.room(), unless_closed([this](error_code ec, size_t count) { on_read(ec, count); }));
  }

  void on_read(error_code ec, size_t count) {
    reader_.commit(count);
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
    if (phase_ == phase::idle && reader_.has_begun())
      enter(phase::header, services_.options.header_timeout);
    if (auto fault = reader_.read())
      return refuse(fault->kind, fault->detail);
    if (reader_.is_done())
      return pass_on();
    // Whether a body that is still to come is wanted, the handler says.
    if (reader_.is_header_done() && !take_body_)
      return pass_on_head();
    read_more();
  }

  void pass_on() {
    begin_answer();
    if (auto take_body = std::exchange(take_body_, nullptr))
      return take_body(reader_.release_body());
    services_.handler.handle(reader_.release(), responder{self()});
  }

  void pass_on_head() {
    begin_answer();
    services_.handler.handle(reader_.release_head(), responder{self()});
  }

  void begin_answer() {
    phase_ = phase::answering;
    deadline_ = steady::time_point::max();
  }

  void write_continue() {
    static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_.bytes(), asio::buffer(text),
                      unless_closed([this](error_code ec, size_t) { ec ? close() : parse(); }));
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
    auto go_on = unless_closed([this](error_code ec, size_t) { on_written(ec); });
    if (body_.empty())
      asio::async_write(stream_.bytes(), asio::buffer(head_), std::move(go_on));
    else
      asio::async_write(stream_.bytes(), pieces(), std::move(go_on));
  }

  /// Makes `pieces` of a response.
  void compose(response x) {
    services_.responses.add(x.status);
    must_close_ = must_close_ || !reader_.is_done() || !reader_.keep_alive() || x.source;
    head_ = response_head(
      x, {request_id(), !must_close_, reader_.is_version_1_0(), services_.is_reached_over_tls});
    body_ = std::move(x.body);
    source_ = std::move(x.source);
    if (reader_.is_head()) {
      body_.clear();
      if (auto source = std::exchange(source_, nullptr))
        source->close();
    }
    // One piece is written in less time than two, and in one record of TLS.
    if (body_.size() <= short_body_bytes)
      head_ += std::exchange(body_, {});
    count_unwritten(body_.size());
    enter(phase::writing, services_.options.transfer_timeout);
  }

  /// Counts a body of `size`, if it is long, in place of the one before.
  void count_unwritten(size_t size) {
    services_.unwritten_bytes -= unwritten_bytes_;
    unwritten_bytes_ = size > long_body_bytes ? size : 0;
    services_.unwritten_bytes += unwritten_bytes_;
  }

  /// The client's own, or else one that is made here.
  const std::string& request_id() {
    if (request_id_.empty())
      request_id_ = reader_.client_request_id();
    if (request_id_.empty())
      request_id_ = services_.make_request_id();
    return request_id_;
  }

  std::array<asio::const_buffer, 2> pieces() const {
    return {asio::buffer(head_), asio::buffer(body_)};
  }

  void on_written(error_code ec) {
    if (ec)
      return close();
    body_ = {};
    count_unwritten(0);
    if (source_)
      return begin_stream();
    if (!must_close_)
      return begin_request();
    end();
  }

  void end() {
    enter(phase::lingering, linger_time);
    stream_.async_end(unless_closed([this] { drain(); }));
  }

  void begin_stream() {
    streamed_.emplace(
      stream_, std::move(source_), !reader_.is_version_1_0(),
      body_stream_limits{services_.options.transfer_timeout, services_.options.max_header_bytes},
      std::weak_ptr<void>{self()}, [this](bool is_complete) { is_complete ? end() : close(); });
    phase_ = phase::streaming;
    streamed_->start();
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
    reader_.drop();
    stream_.socket().async_read_some(
      reader_.room(), unless_closed([this](error_code ec, size_t) { ec ? close() : discard(); }));
  }

  Stream stream_;
  bool turn_away_;
  connection_services& services_;
  std::function<void()> on_closed_;
  phase phase_ = phase::opening;
  steady::time_point deadline_ = steady::time_point::max();
  /// A request took too long, and its client is to hear so.
  bool is_late_ = false;
  request_reader reader_;
  std::string request_id_;
  /// Waits for the body of the request; nothing before the handler wants it.
  std::function<void(std::string)> take_body_;
  bool must_close_ = false;
  /// The response while it is written.
  std::string head_;
  std::string body_;
  /// What of it counts as unwritten in `services_`.
  size_t unwritten_bytes_ = 0;
  /// Where the rest of it comes from, if it goes on.
  std::shared_ptr<body_source> source_;
  std::optional<body_stream<Stream>> streamed_;
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
