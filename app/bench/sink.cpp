#include "app/bench/sink.hpp"

#include "app/bench/byte_buffer.hpp"
#include "app/bench/http_frame.hpp"

#include <boost/asio/buffer.hpp>
#include <fmt/format.h>

namespace tocsin::bench {

using boost::asio::ip::tcp;

namespace {

constexpr std::string_view ok_answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view out_of_order_answer
  = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

} // namespace

class sink::connection {
public:
  connection(tcp::socket socket, const sink& owner) : socket_(std::move(socket)), owner_(owner) {}

  void read() {
    socket_.async_read_some(buffer_.space(), [this](boost::system::error_code error, size_t n) {
      if (error)
        return close();
      buffer_.commit(n);
      if (take_requests())
        read();
      else
        close();
    });
  }

private:
  /// Answers all requests that have come in whole; false if the connection is of no more use.
  bool take_requests() {
    for (;;) {
      auto text = buffer_.text();
      auto frame = find_frame(text);
      if (frame.state != http_frame::standing::complete)
        return frame.state == http_frame::standing::incomplete;
      if (!owner_.is_out_of_order())
        owner_.on_arrival_(frame.body(text));
      buffer_.consume(frame.bytes());
      // So few bytes always fit, unless the other side reads no answers at all.
      boost::system::error_code error;
      auto answer = owner_.is_out_of_order() ? out_of_order_answer : ok_answer;
      auto written = socket_.write_some(boost::asio::buffer(answer), error);
      if (error || written != answer.size())
        return false;
    }
  }

  void close() {
    boost::system::error_code error;
    socket_.close(error);
  }

  tcp::socket socket_;
  const sink& owner_;
  byte_buffer buffer_;
};

sink::sink(boost::asio::io_context& context, arrival_handler on_arrival, uint16_t port)
  : acceptor_(context, {boost::asio::ip::address_v4::loopback(), port}),
    on_arrival_(std::move(on_arrival)) {
  accept();
}

sink::~sink() = default;

std::string sink::url() const {
  return fmt::format("http://127.0.0.1:{}/arrivals", acceptor_.local_endpoint().port());
}

void sink::accept() {
  acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
    if (error)
      return;
    socket.non_blocking(true, error);
    socket.set_option(tcp::no_delay{true}, error);
    connections_.emplace_back(std::move(socket), *this).read();
    accept();
  });
}

} // namespace tocsin::bench
