#include "http/delivery_stream.hpp"

#include "http/event_stream.hpp"
#include "http/json/delivery_json.hpp"
#include "http/json/mask.hpp"
#include "http/time_left.hpp"

#include <caf/send.hpp>

namespace tocsin::http {

namespace {

/// The feed answers after half a minute, moves or none.
constexpr std::chrono::minutes feed_patience{2};

/// How soon a browser should reconnect when the stream has ended, in milliseconds.
constexpr std::string_view opening = "retry: 2000\n";

/// What readers skip: the end of an opening that has nothing else in it.
constexpr std::string_view comment = ":\n\n";

} // namespace

delivery_stream::delivery_stream(const backend& actors, asker& questions, stream_request request,
                                 std::shared_ptr<const void> seat)
  : actors_(actors), questions_(questions), request_(std::move(request)), seat_(std::move(seat)) {}

void delivery_stream::begin(const feed_position& now_at) {
  text_ = opening;
  auto& after = request_.question.after;
  if (after) {
    text_ += comment;
  } else {
    after = now_at;
    write_position(text_, now_at);
  }
}

void delivery_stream::next(std::function<void(std::string)> done) {
  done_ = std::move(done);
  hand_out();
}

void delivery_stream::close() {
  done_ = nullptr;
  has_ended_ = true;
  seat_.reset();
  if (is_asking_)
    caf::anon_send(actors_.feed, stop_following{request_.question.reader});
}

void delivery_stream::end() {
  has_ended_ = true;
  hand_out();
}

void delivery_stream::tick(clock::time_point now) {
  if (has_ended_)
    return;
  if (is_access_old(now))
    check_access();
  if (done_ && now - written_at_ >= heartbeat) {
    write_event(text_, *request_.question.after, "heartbeat", "{}");
    hand_out();
  }
}

void delivery_stream::ask() {
  is_asking_ = true;
  questions_.ask<deliveries_moved>(
    actors_.feed, follow_deliveries{request_.question},
    [weak = weak_from_this()](expected<deliveries_moved> answer) {
      auto self = weak.lock();
      if (!self || self->has_ended_)
        return;
      self->is_asking_ = false;
      answer ? self->take(std::move(*answer)) : self->end();
    },
    feed_patience);
}

void delivery_stream::take(deliveries_moved x) {
  unchecked_ = std::move(x);
  if (is_access_old(clock::now()))
    return check_access();
  if (!is_checking_)
    write(*std::exchange(unchecked_, std::nullopt));
}

void delivery_stream::write(const deliveries_moved& x) {
  if (x.has_gap)
    write_event(text_, x.position, "reset", R"({"reason":"gap"})");
  for (auto& each : x.moves) {
    json_writer out;
    if (request_.shows_sensitive) {
      write_delivery(out, each.value);
    } else {
      auto shown = each.value;
      mask(shown);
      write_delivery(out, shown);
    }
    write_event(text_, {x.position.run, each.number}, "delivery", out.take());
  }
  request_.question.after = x.position;
  hand_out();
}

/// Gives the reader what there is for it, or asks the feed if there is nothing.
void delivery_stream::hand_out() {
  if (done_ && (!text_.empty() || has_ended_)) {
    written_at_ = clock::now();
    auto piece = has_ended_ ? std::string{} : std::exchange(text_, {});
    std::exchange(done_, nullptr)(std::move(piece));
  } else if (done_ && !is_asking_ && !unchecked_) {
    ask();
  }
}

bool delivery_stream::is_access_old(clock::time_point now) const {
  return now >= check_at_ || actors_.epoch->load(std::memory_order_acquire) != epoch_;
}

void delivery_stream::check_access() {
  if (std::exchange(is_checking_, true))
    return;
  auto& digest = request_.by->digest;
  if (request_.by->session_ends_at)
    check_access_with<session>(actors_.sessions, find_session{digest});
  else
    check_access_with<token>(actors_.tokens, find_token{digest});
}

template <class Found, class Handle, class Message>
void delivery_stream::check_access_with(const Handle& registry, Message message) {
  // The epoch of before the question: who loses access in between is looked up once more.
  auto epoch = actors_.epoch->load(std::memory_order_acquire);
  auto conclude = [weak = weak_from_this(), epoch](expected<Found> found) {
    auto self = weak.lock();
    if (!self || self->has_ended_)
      return;
    self->is_checking_ = false;
    if (!found)
      return self->end();
    self->epoch_ = epoch;
    // At least a millisecond ahead, so that `take` writes. Where it asks once more, as that has
    // passed or the epoch has changed, the registry knows by then whether access is over.
    auto left = time_left(found->expires_at, heartbeat);
    self->check_at_ = clock::now() + left + std::chrono::milliseconds{1};
    if (self->unchecked_)
      self->take(*std::exchange(self->unchecked_, std::nullopt));
  };
  questions_.ask<Found>(registry, std::move(message), std::move(conclude));
}

} // namespace tocsin::http
