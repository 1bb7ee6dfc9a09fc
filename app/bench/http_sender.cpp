#include "app/bench/http_sender.hpp"

#include "app/bench/byte_buffer.hpp"
#include "app/bench/http_frame.hpp"
#include "app/bench/receipts.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace tocsin::bench {

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds reconnect_pause{100};
/// Ten seconds in all: a server that is restarted is back by then.
constexpr unsigned max_failures = 100;

/// Makes a request of this many events.
using request_maker = std::function<request_buffer(size_t events)>;

/// Answers that another attempt may not get: too much waiting, restarting, disk full.
bool is_passing(int status) {
  return status == 429 || status == 503 || status == 507;
}

/// A keep-alive connection.
class http_sender final : public sender {
public:
  http_sender(boost::asio::io_context& context, const http_way& way, request_maker make,
              const listener& told)
    : socket_(context),
      timer_(context),
      server_(way.server),
      taker_(way.taker),
      make_(std::move(make)),
      told_(told) {}

  void start() override { connect(); }

  void send(const ticket& x) override;

private:
  void connect();
  void connection_broke();
  void write();
  void read();
  void take_answer();
  std::chrono::milliseconds tell(const ticket& x, int status, std::string_view body);
  void become_free(std::chrono::milliseconds pause);

  tcp::socket socket_;
  boost::asio::steady_timer timer_;
  tcp::endpoint server_;
  event_taker taker_;
  request_maker make_;
  std::optional<request_buffer> request_;
  const listener& told_;
  byte_buffer buffer_;
  /// The part of the request that the socket did not take yet.
  std::string_view unsent_;
  std::optional<ticket> under_way_;
  unsigned failures_ = 0;
};

void http_sender::connect() {
  buffer_.clear();
  socket_.async_connect(server_, [this](error_code error) {
    if (error)
      return connection_broke();
    socket_.non_blocking(true, error);
    socket_.set_option(tcp::no_delay{true}, error);
    become_free({});
  });
}

void http_sender::connection_broke() {
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

void http_sender::send(const ticket& x) {
  under_way_ = x;
  if (!request_ || request_->events() != x.events)
    request_ = make_(x.events);
  unsent_ = request_->stamp(x.first);
  write();
}

void http_sender::write() {
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

void http_sender::read() {
  socket_.async_read_some(buffer_.space(), [this](error_code error, size_t n) {
    if (error)
      return connection_broke();
    buffer_.commit(n);
    take_answer();
  });
}

void http_sender::take_answer() {
  auto text = buffer_.text();
  auto frame = find_frame(text);
  if (frame.state == http_frame::standing::incomplete)
    return read();
  if (frame.state == http_frame::standing::unreadable)
    return connection_broke();
  failures_ = 0;
  auto answered = *std::exchange(under_way_, std::nullopt);
  auto pause = tell(answered, status_of(text), frame.body(text));
  buffer_.consume(frame.bytes());
  become_free(pause);
}

std::chrono::milliseconds http_sender::tell(const ticket& x, int status, std::string_view body) {
  receipt_sum sum;
  if (taker_ == event_taker::tocsin && status == 202)
    sum = sum_receipts(body);
  else if (taker_ == event_taker::alertmanager && status == 200)
    sum = {x.events, x.events};
  auto reason = std::to_string(status);
  return told_.on_answer(
    x, {sum.receipts == x.events, sum.deliveries, reason, is_passing(status), body});
}

void http_sender::become_free(std::chrono::milliseconds pause) {
  if (pause.count() == 0)
    return told_.on_free(*this);
  timer_.expires_after(pause);
  timer_.async_wait([this](error_code error) {
    if (!error)
      told_.on_free(*this);
  });
}

} // namespace

sender_factory http_senders(const http_way& way, const run_mark& mark,
                            const payload_options& payload) {
  return [=](boost::asio::io_context& context, const sender::listener& told) {
    auto make = [=](size_t events) {
      return request_buffer{mark,      payload, way.authority, way.base_path,
                            way.token, events,  way.taker};
    };
    std::vector<std::unique_ptr<sender>> result;
    for (unsigned i = 0; i < way.connections; ++i)
      result.push_back(std::make_unique<http_sender>(context, way, make, told));
    return result;
  };
}

} // namespace tocsin::bench
