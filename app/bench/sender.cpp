#include "app/bench/sender.hpp"

#include "app/bench/http_frame.hpp"

#include <boost/asio/buffer.hpp>

#include <utility>

namespace tocsin::bench {

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds reconnect_pause{100};
/// Ten seconds in all: a server that is restarted is back by then.
constexpr unsigned max_failures = 100;

} // namespace

sender::sender(boost::asio::io_context& context, const tcp::endpoint& server,
               const request_maker& make, const listener& told)
  : socket_(context), timer_(context), server_(server), make_(make), told_(told) {}

void sender::start() {
  connect();
}

void sender::connect() {
  buffer_.clear();
  socket_.async_connect(server_, [this](error_code error) {
    if (error)
      return connection_broke();
    socket_.non_blocking(true, error);
    socket_.set_option(tcp::no_delay{true}, error);
    become_free({});
  });
}

void sender::connection_broke() {
  error_code error;
  socket_.close(error);
  if (under_way_)
    told_.on_lost(*std::exchange(under_way_, std::nullopt));
  if (++failures_ > max_failures)
    return told_.on_given_up(*this);
  timer_.expires_after(reconnect_pause);
  timer_.async_wait([this](error_code failed) {
    if (!failed)
      connect();
  });
}

void sender::send(const ticket& x) {
  under_way_ = x;
  if (!request_ || request_->events() != x.events)
    request_ = make_(x.events);
  unsent_ = request_->stamp(x.first);
  write();
}

void sender::write() {
  error_code error;
  auto written = socket_.write_some(boost::asio::buffer(unsent_), error);
  if (error && error != boost::asio::error::would_block)
    return connection_broke();
  unsent_.remove_prefix(error ? 0 : written);
  if (unsent_.empty())
    return read();
  socket_.async_wait(tcp::socket::wait_write, [this](error_code failed) {
    if (failed)
      connection_broke();
    else
      write();
  });
}

void sender::read() {
  socket_.async_read_some(buffer_.space(), [this](error_code error, size_t n) {
    if (error)
      return connection_broke();
    buffer_.commit(n);
    take_answer();
  });
}

void sender::take_answer() {
  auto text = buffer_.text();
  auto frame = find_frame(text);
  if (frame.state == http_frame::standing::incomplete)
    return read();
  if (frame.state == http_frame::standing::unreadable)
    return connection_broke();
  failures_ = 0;
  auto answered = *std::exchange(under_way_, std::nullopt);
  auto pause = told_.on_answer(answered, status_of(text), frame.body(text));
  buffer_.consume(frame.bytes());
  become_free(pause);
}

void sender::become_free(std::chrono::milliseconds pause) {
  if (pause.count() == 0)
    return told_.on_free(*this);
  timer_.expires_after(pause);
  timer_.async_wait([this](error_code error) {
    if (!error)
      told_.on_free(*this);
  });
}

} // namespace tocsin::bench
