#include "client/connect.hpp"
#include "client/line.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <iterator>
#include <utility>

// line, part 2: what a node says, and what becomes of the questions by that.

namespace tocsin::client {

namespace asio = boost::asio;

using boost::system::error_code;
using link::frame_kind;

namespace {

/// How long a node that takes nothing more may still answer for what it has: many commits.
constexpr std::chrono::milliseconds leave_limit{5'000};
constexpr const char* leave_reason = "it is shutting down";

/// Whether the node takes no events at all for now, be they these or others.
bool concerns_all(errc code) {
  return code == errc::storage_full || code == errc::storage_io;
}

} // namespace

void line::on_frame(frame_kind kind, std::string_view payload) {
  switch (kind) {
  case frame_kind::ping: return;
  case frame_kind::welcome: return take_welcome(payload);
  case frame_kind::accepted: take_receipts(payload); break;
  case frame_kind::more_stats: return take_more_stats(payload);
  case frame_kind::stats: take_stats(payload); break;
  case frame_kind::refused: take_refusal(payload); break;
  case frame_kind::goodbye: {
    link::refusal why;
    link::from_payload(payload, why);
    turn_away();
    return connection_->close("it refused us: " + why.reason.detail);
  }
  default: return connection_->close("it sent a frame that no node sends");
  }
  // Answers come many at a time; those of one reading go to the actor together.
  tell_soon();
  if (is_leaving_ && !has_open_answers())
    connection_->close(leave_reason);
}

void line::take_welcome(std::string_view payload) {
  link::welcome x;
  if (!link::from_wire(payload, x))
    return connection_->close("its welcome cannot be read");
  note(fmt::format("connected to {}, tocsind {}", node_, x.version));
  welcomed_ = true;
  welcomed_at_ = clock::now();
  waits_until_ = {};
  window_.repeat_all();
  if (feed_)
    feed_->repeat_all();
  send_waiting();
}

/// All frames of an answer come one behind the other.
void line::take_more_stats(std::string_view payload) {
  uint64_t number = 0;
  std::vector<channel_stats> part;
  if (!link::from_wire(payload, number, part))
    return connection_->close("it sent an answer that cannot be read");
  std::move(part.begin(), part.end(), std::back_inserter(first_channels_));
}

void line::take_stats(std::string_view payload) {
  answer x;
  node_stats value;
  if (!link::from_wire(payload, x.number, value))
    return connection_->close("it sent an answer that cannot be read");
  value.channels.insert(value.channels.begin(), std::make_move_iterator(first_channels_.begin()),
                        std::make_move_iterator(first_channels_.end()));
  first_channels_.clear();
  x.value = std::move(value);
  settle(std::move(x));
}

void line::take_receipts(std::string_view payload) {
  answer x;
  events_accepted value;
  if (!link::from_wire(payload, x.number, value))
    return connection_->close("it sent an answer that cannot be read");
  come_through();
  x.value = std::move(value);
  settle(std::move(x));
}

void line::take_refusal(std::string_view payload) {
  link::refusal x;
  if (!link::from_payload(payload, x))
    return connection_->close("it sent a refusal that cannot be read");
  auto is_stopping = x.reason.code == errc::shutting_down;
  if (is_stopping)
    leave();
  else
    come_through();
  auto is_entry = feed_ && spool_feed::is_number_of_entry(x.number);
  auto is_last_word = x.wait_ms == 0 && !is_stopping;
  if (is_last_word && is_entry && !is_for_good(x.reason.code))
    return keep(x);
  if (is_last_word)
    return settle({x.number, std::move(x.reason)});
  if (is_entry)
    feed_->repeat(x.number);
  else
    window_.repeat(x.number);
  if (!is_stopping)
    pause(std::chrono::milliseconds{x.wait_ms});
}

/// A node has refused an entry through a fault of its own, which concerns this entry or all.
void line::keep(const link::refusal& x) {
  if (concerns_all(x.reason.code) ? feed_->hold(x.number) : feed_->rest(x.number))
    note(fmt::format("{} cannot take events of the spool, which are sent again: {}", node_,
                     x.reason.detail));
  send_waiting();
}

/// The node takes nothing, or nothing any more. Another may; the window keeps what was asked.
void line::turn_away() {
  if (welcomed_ && !std::exchange(turned_away_, true))
    down_since_ = clock::now();
}

/// The node is stopping. It still answers for what it has taken, which another node would not know
/// as a duplicate; only then is the connection closed.
void line::leave() {
  turn_away();
  if (std::exchange(is_leaving_, true))
    return;
  leave_timer_.expires_after(leave_limit);
  leave_timer_.async_wait([this](error_code ec) {
    if (!ec && is_leaving_)
      connection_->close(leave_reason);
  });
}

bool line::has_open_answers() const {
  return window_.has_sent() || (feed_ && feed_->has_sent());
}

/// The node means its welcome, as it answers for events or has kept us for long.
void line::come_through() {
  // What a node that is stopping had taken before is no sign of that.
  if (is_leaving_)
    return;
  turned_away_ = false;
  backoff_ = settings_.first_backoff;
}

void line::settle(answer x) {
  if (feed_ && spool_feed::is_number_of_entry(x.number)) {
    if (auto* why = std::get_if<failure>(&x.value))
      feed_->refuse(x.number, *why);
    else
      feed_->accept(x.number);
  } else if (window_.settle(x.number)) {
    answered_.push_back(std::move(x));
  }
}

void line::tell_soon() {
  if (!std::exchange(is_telling_soon_, true))
    asio::post(context_, [this] { tell_answers(); });
}

void line::tell_answers() {
  is_telling_soon_ = false;
  if (!answered_.empty())
    tell_(std::exchange(answered_, {}));
  if (!feed_ || !feed_->has_settled())
    return;
  if (auto flushed = feed_->flush(); !flushed)
    note(
      fmt::format("what nodes have taken stays in the spool for now: {}", flushed.error().detail));
  // There is room for more of the spool.
  send_waiting();
}

} // namespace tocsin::client
