#include "link/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tocsin::link {

namespace asio = boost::asio;

using boost::system::error_code;

namespace {

constexpr size_t read_size = 64 * 1024;

/// How often a connection looks at its clocks.
constexpr std::chrono::milliseconds watch_interval{250};

} // namespace

connection::connection(tls_stream stream, owner& owned_by)
  : stream_(std::move(stream)), owner_(&owned_by), timer_(stream_.get_executor()) {}

void connection::start() {
  heard_at_ = said_at_ = clock::now();
  watch();
  read();
}

void connection::send(frame_kind kind, std::string_view payload) {
  if (closed_ || ended_)
    return;
  append_frame(waiting_, kind, payload);
  if (writing_.empty())
    write();
}

void connection::resume() {
  // While a read is under way the buffer is the stream's; it hands over by itself once it is done.
  if (!std::exchange(paused_, false) || closed_ || handing_over_ || reading_)
    return;
  // Signs of life may have waited in the socket.
  heard_at_ = clock::now();
  hand_over();
}

void connection::close(const std::string& why) {
  if (std::exchange(closed_, true))
    return;
  error_code ignored;
  timer_.cancel();
  stream_.lowest_layer().close(ignored);
  asio::post(stream_.get_executor(), [self = shared_from_this(), why] {
    if (auto* told = std::exchange(self->owner_, nullptr))
      told->on_closed(why);
  });
}

void connection::finish(const std::string& why) {
  if (!finish_reason_.empty())
    return;
  finish_reason_ = why;
  if (writing_.empty())
    end();
  if (!handing_over_)
    read();
}

void connection::abandon() {
  owner_ = nullptr;
  close({});
}

void connection::read() {
  auto is_held_up = paused_ && finish_reason_.empty();
  if (closed_ || is_held_up || reading_)
    return;
  incoming_.erase(0, std::exchange(read_from_, 0));
  auto kept = incoming_.size();
  incoming_.resize(kept + read_size);
  reading_ = true;
  stream_.async_read_some(asio::buffer(incoming_.data() + kept, read_size),
                          [self = shared_from_this(), kept](error_code ec, size_t n) {
                            self->reading_ = false;
                            self->incoming_.resize(kept + n);
                            if (ec)
                              return self->close(self->ended_ ? self->finish_reason_
                                                              : ec.message());
                            self->heard_at_ = clock::now();
                            self->hand_over();
                          });
}

void connection::hand_over() {
  handing_over_ = true;
  while (!closed_ && !paused_ && finish_reason_.empty()) {
    auto frame = find_frame(std::string_view{incoming_}.substr(read_from_));
    oversize_ = frame.state == frame_view::standing::too_large;
    if (oversize_)
      close(fmt::format("a frame of more than {} bytes was announced", max_payload_bytes));
    if (frame.state != frame_view::standing::complete)
      break;
    read_from_ += frame.bytes();
    owner_->on_frame(frame.kind, frame.payload);
  }
  handing_over_ = false;
  if (!finish_reason_.empty())
    read_from_ = incoming_.size();
  read();
}

void connection::write() {
  std::swap(waiting_, writing_);
  taken_at_ = said_at_ = clock::now();
  // Over a slow line all of it may take longer than any piece of it.
  auto rest_after_piece = [self = shared_from_this()](const error_code& ec, size_t taken) {
    self->taken_at_ = clock::now();
    return asio::transfer_all()(ec, taken);
  };
  asio::async_write(stream_, asio::buffer(writing_), rest_after_piece,
                    [self = shared_from_this()](error_code ec, size_t) {
                      if (self->closed_)
                        return;
                      // What could not be written stays, so that nothing is written after it.
                      if (ec)
                        return self->owner_->on_write_failed(ec.message());
                      self->writing_.clear();
                      self->owner_->on_written();
                      if (!self->waiting_.empty() && self->writing_.empty())
                        self->write();
                      else if (self->waiting_.empty() && !self->finish_reason_.empty())
                        self->end();
                    });
}

/// Reads on until the peer closes: the kernel resets a connection that is closed with input unread,
/// and drops what the peer has not taken by then.
void connection::end() {
  ended_ = true;
  error_code ec;
  stream_.lowest_layer().shutdown(asio::socket_base::shutdown_send, ec);
  if (ec)
    return close(finish_reason_);
  timer_.expires_after(linger_limit);
  timer_.async_wait([self = shared_from_this()](error_code failed) {
    if (!failed)
      self->close(self->finish_reason_);
  });
}

void connection::watch() {
  timer_.expires_after(watch_interval);
  timer_.async_wait([self = shared_from_this()](error_code ec) {
    if (ec || self->closed_ || self->ended_)
      return;
    auto now = clock::now();
    if (!self->paused_ && now - self->heard_at_ > patience)
      return self->close("the peer has gone silent");
    if (!self->writing_.empty() && now - self->taken_at_ > patience)
      return self->close("the peer takes nothing any more");
    if (self->writing_.empty() && now - self->said_at_ >= ping_interval)
      self->send(frame_kind::ping, {});
    self->watch();
  });
}

} // namespace tocsin::link
