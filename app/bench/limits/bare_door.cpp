#include "app/bench/limits/bare_door.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace tocsin::bench {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

using asio::ip::tcp;
using boost::system::error_code;

/// The largest event that `--size` makes, and some.
constexpr uint64_t max_body_bytes = uint64_t{2} << 20;

/// As many bytes as the service's own answer to one event, but for its Request-Id.
constexpr std::string_view receipt
  = "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 72\r\n\r\n"
    R"({"id":"01J00000000000000000000000","status":"accepted","deliveries":  1})";

constexpr std::string_view failure_text
  = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";

} // namespace

class bare_door::visitor : public std::enable_shared_from_this<visitor> {
public:
  visitor(tcp::socket socket, const request_handler& on_request)
    : socket_(std::move(socket)), on_request_(on_request) {}

  void read() {
    parser_.emplace();
    parser_->body_limit(max_body_bytes);
    http::async_read(socket_, buffer_, *parser_,
                     [self = shared_from_this()](error_code error, size_t) {
                       if (!error)
                         self->on_request_(self, std::move(self->parser_->get().body()));
                     });
  }

  void write(std::string_view text) {
    asio::async_write(socket_, asio::buffer(text),
                      [self = shared_from_this()](error_code error, size_t) {
                        if (!error)
                          self->read();
                      });
  }

private:
  tcp::socket socket_;
  const request_handler& on_request_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
};

bare_door::bare_door(request_handler on_request)
  : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}), on_request_(std::move(on_request)) {
  accept();
}

bare_door::~bare_door() {
  stop();
}

void bare_door::start() {
  thread_ = std::make_unique<metered_thread>([this] { context_.run(); });
}

void bare_door::reply(const visitor_ptr& to, answer x) {
  to->write(x == answer::accepted ? receipt : failure_text);
}

void bare_door::reply_all(std::vector<visitor_ptr> to, answer x) {
  asio::post(context_, [to = std::move(to), x] {
    for (const auto& visitor : to)
      reply(visitor, x);
  });
}

std::chrono::nanoseconds bare_door::stop() {
  context_.stop();
  return thread_ ? thread_->join() : std::chrono::nanoseconds{};
}

void bare_door::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error)
      return;
    socket.set_option(tcp::no_delay{true}, error);
    std::make_shared<visitor>(std::move(socket), on_request_)->read();
    accept();
  });
}

} // namespace tocsin::bench
