#include "client/line.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tocsin::client {

namespace asio = boost::asio;

using boost::system::error_code;
using link::frame_kind;

namespace {

/// How often questions are looked through for those that wait too long.
constexpr std::chrono::milliseconds watch_interval{250};

} // namespace

line::line(config settings, answer_sink tell)
  : settings_(std::move(settings)),
    tell_(std::move(tell)),
    dialer_(
      context_, settings_,
      {[this](link::tls_stream stream, const node_address& node) { use(std::move(stream), node); },
       [this](const std::string& why) { redial(why); }}),
    backoff_(settings_.first_backoff) {}

line::~line() {
  if (connection_)
    connection_->abandon();
}

void line::run() {
  watch();
  dialer_.dial();
  context_.run();
}

// -- questions ------------------------------------------------------------------------------------

void line::ask(question x) {
  std::unique_lock lock{mutex_};
  asked_.push_back(std::move(x));
  if (asked_.size() > 1)
    return;
  lock.unlock();
  asio::post(context_, [this] { take_questions(); });
}

void line::take_questions() {
  std::unique_lock lock{mutex_};
  auto asked = std::exchange(asked_, {});
  lock.unlock();
  auto now = clock::now();
  for (auto& x : asked)
    window_.add(std::move(x), now);
  send_waiting();
}

void line::send_waiting() {
  if (!welcomed_ || clock::now() < waits_until_)
    return;
  window_.send_waiting([this](const question& x) { connection_->send(x.kind, x.payload); });
}

// -- the connection -------------------------------------------------------------------------------

void line::use(link::tls_stream stream, const node_address& node) {
  node_ = fmt::format("{}:{}", node.host, node.port);
  connection_ = std::make_shared<link::connection>(std::move(stream), *this);
  connection_->start();
}

void line::on_frame(frame_kind kind, std::string_view payload) {
  switch (kind) {
  case frame_kind::ping: return;
  case frame_kind::welcome: return take_welcome(payload);
  case frame_kind::accepted: take_answer<events_accepted>(payload); break;
  case frame_kind::stats: take_answer<node_stats>(payload); break;
  case frame_kind::refused: take_refusal(payload); break;
  case frame_kind::goodbye: {
    link::refusal why;
    link::from_payload(payload, why);
    return connection_->close("it refused us: " + why.reason.detail);
  }
  default: return connection_->close("it sent a frame that is none of a node's");
  }
  // Answers come many at a time; those of one reading go to the actor together.
  if (answered_.size() == 1)
    asio::post(context_, [this] { tell_answers(); });
}

void line::on_written() {}

void line::take_welcome(std::string_view payload) {
  link::welcome x;
  if (!link::from_wire(payload, x))
    return connection_->close("its welcome cannot be read");
  note(fmt::format("connected to {}, tocsind {}", node_, x.version));
  welcomed_ = true;
  waits_until_ = {};
  backoff_ = settings_.first_backoff;
  window_.repeat_all();
  send_waiting();
}

template <class T>
void line::take_answer(std::string_view payload) {
  answer x;
  T value;
  if (!link::from_wire(payload, x.number, value))
    return connection_->close("an answer of it cannot be read");
  x.value = std::move(value);
  settle(std::move(x));
}

void line::take_refusal(std::string_view payload) {
  link::refusal x;
  if (!link::from_payload(payload, x))
    return connection_->close("a refusal of it cannot be read");
  if (x.reason.code == errc::shutting_down)
    // Another node may take it; the window keeps it.
    return connection_->close("it is shutting down");
  if (x.wait_ms == 0)
    return settle({x.number, std::move(x.reason)});
  window_.repeat(x.number);
  waits_until_ = clock::now() + std::chrono::milliseconds{x.wait_ms};
  wait_timer_.expires_at(waits_until_);
  wait_timer_.async_wait([this](error_code ec) {
    if (!ec)
      send_waiting();
  });
}

void line::settle(answer x) {
  if (window_.settle(x.number))
    answered_.push_back(std::move(x));
}

void line::tell_answers() {
  if (!answered_.empty())
    tell_(std::exchange(answered_, {}));
}

void line::on_closed(const std::string& why) {
  connection_.reset();
  welcomed_ = false;
  redial(fmt::format("lost {}: {}", node_, why));
}

void line::redial(const std::string& why) {
  note(why);
  auto fifth = static_cast<int>(backoff_.count() / 5);
  std::uniform_int_distribution<int> jitter{-fifth, fifth};
  backoff_timer_.expires_after(backoff_ + std::chrono::milliseconds{jitter(random_)});
  backoff_timer_.async_wait([this](error_code ec) {
    if (!ec)
      dialer_.dial();
  });
  backoff_ = std::min(backoff_ * 2, settings_.max_backoff);
}

void line::watch() {
  watch_timer_.expires_after(watch_interval);
  watch_timer_.async_wait([this](error_code ec) {
    if (ec)
      return;
    for (auto number : window_.expire(clock::now() - settings_.answer_timeout))
      answered_.push_back({number, fail(errc::unavailable, "no node has answered in time")});
    tell_answers();
    watch();
  });
}

void line::note(const std::string& what) const {
  if (settings_.on_change)
    settings_.on_change(what);
}

} // namespace tocsin::client
