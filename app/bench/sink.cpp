#include "app/bench/sink.hpp"

#include <boost/asio/buffer.hpp>
#include <fmt/format.h>

#include <memory>
#include <utility>

namespace tocsin::bench {

using boost::asio::ip::tcp;
using boost::system::error_code;

class sink::connection {
public:
  connection(tcp::socket socket, std::unique_ptr<conversation> talk)
    : socket_(std::move(socket)), talk_(std::move(talk)) {}

  void start() {
    answers_ = talk_->greeting();
    if (write())
      read();
    else
      close();
  }

private:
  void read() {
    socket_.async_read_some(buffer_.space(), [this](error_code error, size_t n) {
      if (error)
        return close();
      buffer_.commit(n);
      auto goes_on = talk_->take(buffer_, answers_);
      if (write() && goes_on)
        read();
      else
        close();
    });
  }

  /// False if the connection is of no more use: so few bytes always fit, unless the other side
  /// reads no answers at all.
  bool write() {
    error_code error;
    auto is_whole
      = answers_.empty()
        || (socket_.write_some(boost::asio::buffer(answers_), error) == answers_.size() && !error);
    answers_.clear();
    return is_whole;
  }

  void close() {
    error_code error;
    socket_.close(error);
  }

  tcp::socket socket_;
  std::unique_ptr<conversation> talk_;
  byte_buffer buffer_;
  std::string answers_;
};

sink::sink(boost::asio::io_context& context, arrival_handler on_arrival, sink_kind kind,
           uint16_t port)
  : acceptor_(context, {boost::asio::ip::address_v4::loopback(), port}),
    state_{std::move(on_arrival)},
    kind_(kind) {
  accept();
}

sink::~sink() = default;

std::string sink::url() const {
  return fmt::format("http://127.0.0.1:{}/arrivals", port());
}

void sink::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error)
      return;
    socket.non_blocking(true, error);
    socket.set_option(tcp::no_delay{true}, error);
    auto talk
      = kind_ == sink_kind::mails ? mail_conversation(state_) : webhook_conversation(state_);
    connections_.emplace_back(std::move(socket), std::move(talk)).start();
    accept();
  });
}

} // namespace tocsin::bench
