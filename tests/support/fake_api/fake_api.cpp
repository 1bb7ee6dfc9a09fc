#include "tests/support/fake_api/fake_api.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <cctype>
#include <list>
#include <mutex>
#include <sys/socket.h>
#include <thread>

namespace tocsin::tests {

namespace beast = boost::beast;
using boost::asio::ip::tcp;

class fake_api::server {
public:
  explicit server(handler answer)
    : answer_(std::move(answer)),
      acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}),
      accepting_([this] { accept(); }) {}

  ~server() {
    {
      std::lock_guard guard{mutex_};
      stopping_ = true;
      for (auto& socket : sockets_)
        ::shutdown(socket.native_handle(), SHUT_RDWR);
    }
    // Wakes the thread that waits in accept.
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    accepting_.join();
    for (auto& thread : serving_)
      thread.join();
  }

  uint16_t port() const { return acceptor_.local_endpoint().port(); }

  std::vector<fake_request> requests() const {
    std::lock_guard guard{mutex_};
    return requests_;
  }

private:
  void accept() {
    for (;;) {
      tcp::socket socket{context_};
      boost::system::error_code error;
      acceptor_.accept(socket, error);
      std::lock_guard guard{mutex_};
      if (error || stopping_)
        return;
      socket.set_option(tcp::no_delay{true}, error);
      auto& stored = sockets_.emplace_back(std::move(socket));
      serving_.emplace_back([this, &stored] { serve(stored); });
    }
  }

  void serve(tcp::socket& socket) {
    beast::flat_buffer buffer;
    boost::system::error_code error;
    for (;;) {
      beast::http::request_parser<beast::http::string_body> parser;
      parser.body_limit(64u << 20);
      beast::http::read(socket, buffer, parser, error);
      if (error)
        return;
      auto reply = answer(parser.get());
      beast::http::write(socket, reply, error);
      if (error)
        return;
    }
  }

  beast::http::response<beast::http::string_body>
  answer(const beast::http::request<beast::http::string_body>& from) {
    fake_request request{
      std::string{from.method_string()}, std::string{from.target()}, from.body(), {}};
    for (const auto& field : from) {
      std::string name{field.name_string()};
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      request.headers[name] = std::string{field.value()};
    }
    {
      std::lock_guard guard{mutex_};
      requests_.push_back(request);
    }
    auto made = answer_(request);
    beast::http::response<beast::http::string_body> result{
      static_cast<beast::http::status>(made.status), 11};
    result.set(beast::http::field::content_type, made.content_type);
    if (!made.retry_after.empty())
      result.set(beast::http::field::retry_after, made.retry_after);
    result.body() = made.body;
    result.prepare_payload();
    return result;
  }

  handler answer_;
  boost::asio::io_context context_;
  tcp::acceptor acceptor_;
  mutable std::mutex mutex_;
  bool stopping_ = false;
  std::vector<fake_request> requests_;
  std::list<tcp::socket> sockets_;
  std::list<std::thread> serving_;
  std::thread accepting_;
};

fake_api::fake_api(handler answer) : server_(std::make_unique<server>(std::move(answer))) {}

fake_api::~fake_api() = default;

std::string fake_api::url() const {
  return "http://127.0.0.1:" + std::to_string(server_->port());
}

std::vector<fake_request> fake_api::requests() const {
  return server_->requests();
}

} // namespace tocsin::tests
