#include "http/session.hpp"

#include "http/http_date.hpp"
#include "http/problem.hpp"
#include "http/request_header.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <optional>

namespace tocsin::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

using steady = std::chrono::steady_clock;
using error_code = boost::system::error_code;

/// A read asks for at most so much.
constexpr size_t read_size = 16 * 1024;

/// How long a client has to read a last response before the connection is cut: closing at once
/// while unread input is left would reset the connection and take the response with it.
constexpr std::chrono::seconds linger_time{2};

class session final : public connection,
                      public response_sink,
                      public std::enable_shared_from_this<session> {
public:
  session(asio::ip::tcp::socket socket, session_services& services)
    : socket_(std::move(socket)), services_(services) {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
  }

  void start(std::function<void()> on_closed) override {
    on_closed_ = std::move(on_closed);
    begin_request();
  }

  steady::time_point deadline() const override { return deadline_; }

  void close() override {
    if (phase_ == phase::closed)
      return;
    phase_ = phase::closed;
    error_code ignored;
    socket_.close(ignored);
    if (auto tell = std::exchange(on_closed_, nullptr))
      tell();
  }

  void send(response x) override {
    if (phase_ == phase::answering)
      write(std::move(x));
  }

  void abandon() noexcept override {
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
      self->send(problem(fail(errc::unavailable, "the part in charge stopped before it answered")));
    });
  }

private:
  /// Where in the life of a request the session is.
  enum class phase { idle, header, body, answering, writing, lingering, closed };

  void enter(phase next, steady::duration limit) {
    phase_ = next;
    deadline_ = steady::now() + limit;
  }

  void begin_request() {
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(services_.options.max_header_bytes));
    parser_->body_limit(services_.options.max_body_bytes);
    request_id_.clear();
    head_only_ = false;
    enter(phase::idle, services_.options.idle_timeout);
    parse();
  }

  void read_more() {
    // Only an endless chunk extension or trailer can fill the buffer without filling the parser.
    if (buffer_.size() > services_.options.max_header_bytes + read_size)
      return refuse(refusal::malformed_request, "a line of the body's framing is too long");
    socket_.async_read_some(
      buffer_.prepare(read_size),
      [self = shared_from_this()](error_code ec, size_t count) { self->on_read(ec, count); });
  }

  void on_read(error_code ec, size_t count) {
    if (phase_ == phase::closed)
      return;
    buffer_.commit(count);
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
        return read_more();
      error_code ec;
      buffer_.consume(parser_->put(buffer_.data(), ec));
      if (ec == beast::http::error::need_more)
        return read_more();
      if (ec)
        return refuse(ec);
      if (phase_ == phase::header && parser_->is_header_done() && !accept_header())
        return;
    }
    phase_ = phase::answering;
    deadline_ = steady::time_point::max();
    services_.handler.handle(take_request(parser_->get()), responder{shared_from_this()});
  }

  /// Goes on to the body; false if the header is refused.
  bool accept_header() {
    auto& header = parser_->get();
    request_id_ = client_request_id(header);
    head_only_ = header.method() == beast::http::verb::head;
    if (auto fault = find_header_fault(header, parser_->chunked())) {
      refuse(refusal::malformed_request, *fault);
      return false;
    }
    enter(phase::body, services_.options.transfer_timeout);
    parser_->eager(true);
    if (expects_continue(header) && !parser_->is_done() && buffer_.size() == 0) {
      write_continue();
      return false;
    }
    return true;
  }

  void write_continue() {
    static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(socket_, asio::buffer(text),
                      [self = shared_from_this()](error_code ec, size_t) {
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
      refuse(refusal::malformed_request, "the header is larger than the limit of "
                                           + std::to_string(services_.options.max_header_bytes)
                                           + " bytes");
    else
      refuse(refusal::malformed_request, ec.message());
  }

  /// Answers a request that cannot be read to its end; where the next one begins is unknown, so
  /// the connection closes.
  void refuse(refusal kind, std::string_view detail) {
    must_close_ = true;
    write(problem(kind, detail));
  }

  void write(response x) {
    if (request_id_.empty())
      request_id_ = services_.make_request_id();
    auto keep = !must_close_ && parser_->is_done() && parser_->keep_alive();
    must_close_ = !keep;
    head_ = make_head(x, keep);
    body_ = std::move(x.body);
    if (head_only_)
      body_.clear();
    enter(phase::writing, services_.options.transfer_timeout);
    std::array<asio::const_buffer, 2> pieces{asio::buffer(head_), asio::buffer(body_)};
    asio::async_write(socket_, pieces,
                      [self = shared_from_this()](error_code ec, size_t) { self->on_written(ec); });
  }

  std::string make_head(const response& x, bool keep) {
    std::string result;
    result.reserve(256);
    auto add = [&result](std::string_view name, std::string_view value) {
      result.append(name).append(": ").append(value).append("\r\n");
    };
    result.append("HTTP/1.1 ").append(std::to_string(x.status)).append(" ");
    result.append(reason_phrase(x.status)).append("\r\n");
    add("Date", http_date());
    add("X-Request-Id", request_id_);
    for (auto& field : x.headers)
      add(field.name, field.value);
    if (!x.body.empty()) {
      add("Content-Type", x.content_type);
      add("Cache-Control", "no-store");
    }
    // A 204 has no body by definition and must not have the field (RFC 9110 §8.6).
    if (x.status != 204)
      add("Content-Length", std::to_string(x.body.size()));
    if (!keep)
      add("Connection", "close");
    else if (parser_->get().version() == 10)
      add("Connection", "keep-alive");
    result.append("\r\n");
    return result;
  }

  void on_written(error_code ec) {
    if (phase_ == phase::closed)
      return;
    if (ec)
      return close();
    if (must_close_)
      return linger();
    begin_request();
  }

  void linger() {
    error_code ec;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ec);
    if (ec)
      return close();
    enter(phase::lingering, linger_time);
    discard();
  }

  void discard() {
    buffer_.clear();
    socket_.async_read_some(buffer_.prepare(read_size),
                            [self = shared_from_this()](error_code ec, size_t) {
                              if (self->phase_ == phase::closed)
                                return;
                              if (ec)
                                return self->close();
                              self->discard();
                            });
  }

  asio::ip::tcp::socket socket_;
  session_services& services_;
  std::function<void()> on_closed_;
  phase phase_ = phase::idle;
  steady::time_point deadline_ = steady::time_point::max();
  beast::flat_buffer buffer_;
  /// A parser reads one request only, so each gets its own.
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  std::string request_id_;
  bool head_only_ = false;
  bool must_close_ = false;
  /// The response while it is written.
  std::string head_;
  std::string body_;
};

} // namespace

std::shared_ptr<connection> open_session(asio::ip::tcp::socket socket, session_services& services) {
  return std::make_shared<session>(std::move(socket), services);
}

} // namespace tocsin::http
