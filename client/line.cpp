#include "client/line.hpp"

#include "client/connect.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace tocsin::client {

namespace asio = boost::asio;

using boost::system::error_code;
using link::frame_kind;

namespace {

/// How often what waits is looked through: questions for those that wait too long, the spool for
/// entries that are to be sent again.
constexpr std::chrono::milliseconds watch_interval{250};

bool is_submission(const window::entry& x) {
  return x.value.kind == frame_kind::submit;
}

submit_events read_submission(const question& x) {
  uint64_t number = 0;
  submit_events result;
  link::from_wire(x.payload, number, result);
  return result;
}

/// What whoever asked is told once the events are in the spool.
events_accepted spooled_receipts(const question& x) {
  events_accepted result;
  for (auto& one : read_submission(x).events)
    result.receipts.push_back({std::move(one.id), deliveries_unknown, false});
  return result;
}

} // namespace

line::line(config settings, std::shared_ptr<spool> store, answer_sink tell)
  : settings_(std::move(settings)),
    tell_(std::move(tell)),
    dialer_(
      context_, settings_,
      {[this](link::tls_stream stream, const node_address& node) { use(std::move(stream), node); },
       [this](const std::string& why) { redial(why); }}),
    backoff_(settings_.first_backoff) {
  if (store)
    feed_.emplace(std::move(store), settings_.spool.on_refused);
}

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
  if (feed_ && is_cut_off())
    spool_if([this](const window::entry& x) { return is_left_over(x); });
  if (!welcomed_ || is_leaving_ || clock::now() < waits_until_)
    return;
  auto send = [this](const question& x) { connection_->send(x.kind, x.payload); };
  if (feed_) {
    if (auto sent = feed_->send_waiting(send); !sent)
      note(sent.error().detail);
    // What comes now is not to overtake what has waited longer.
    if (feed_->is_behind())
      spool_if([](const window::entry& x) { return is_submission(x) && x.is_waiting; });
  }
  window_.send_waiting(send);
}

void line::pause(std::chrono::milliseconds duration) {
  waits_until_ = clock::now() + duration;
  wait_timer_.expires_at(waits_until_);
  wait_timer_.async_wait([this](error_code ec) {
    if (!ec)
      send_waiting();
  });
}

// -- the spool ------------------------------------------------------------------------------------

bool line::is_cut_off() const {
  return (!welcomed_ || is_leaving_) && clock::now() - down_since_ >= settings_.spool.after;
}

/// Whether no node that is there will answer for this: one that is leaving may for what it has.
bool line::is_left_over(const window::entry& x) const {
  return is_submission(x) && (x.is_waiting || !is_leaving_);
}

/// Moves questions from the window to the spool, all with one flush to the disk. What the spool
/// does not take is refused, unless a node may have it.
template <class Predicate>
void line::spool_if(Predicate&& is_wanted) {
  auto taken = window_.take_if(is_wanted);
  if (taken.empty())
    return;
  auto stored = feed_->put(taken);
  auto why = stored ? fail(errc::overloaded, "the spool is full") : stored.error();
  for (size_t i = 0; i < taken.size(); ++i) {
    auto& x = taken[i];
    if (stored && i < *stored)
      answered_.push_back({x.value.number, spooled_receipts(x.value)});
    else if (x.was_sent)
      window_.put_back(std::move(x));
    else
      answered_.push_back({x.value.number, why});
  }
  tell_soon();
}

// -- the connection -------------------------------------------------------------------------------

void line::use(link::tls_stream stream, const node_address& node) {
  node_ = fmt::format("{}:{}", node.host, node.port);
  connection_ = std::make_shared<link::connection>(std::move(stream), *this);
  connection_->start();
}

void line::on_written() {}

/// The node's last answers may be there already; another node would not know these events.
void line::on_write_failed(const std::string&) {}

void line::on_closed(const std::string& why) {
  connection_.reset();
  first_channels_.clear();
  leave_timer_.cancel();
  is_leaving_ = false;
  if (std::exchange(welcomed_, false) && !turned_away_)
    down_since_ = clock::now();
  redial(fmt::format("lost {}: {}", node_, why));
}

void line::redial(const std::string& why) {
  note(why);
  down_reason_ = why;
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
    give_up_late_ones();
    // Without events nothing else tells that the node means its welcome.
    if (welcomed_ && clock::now() - welcomed_at_ >= settings_.max_backoff)
      come_through();
    if (feed_ && feed_->is_due())
      send_waiting();
    watch();
  });
}

void line::give_up_late_ones() {
  auto limit = clock::now() - settings_.answer_timeout;
  if (feed_) {
    auto cut_off = is_cut_off();
    spool_if([this, cut_off, limit](const window::entry& x) {
      return (cut_off && is_left_over(x)) || (is_submission(x) && x.asked_at < limit);
    });
  }
  std::string why = "no node has answered in time";
  if ((!welcomed_ || turned_away_) && !down_reason_.empty())
    why += ": " + down_reason_;
  for (auto& x : window_.take_older_than(limit))
    answered_.push_back({x.value.number, fail(errc::unavailable, why)});
  // This also takes from the disk what is settled without an answer: entries that no gate would
  // take, and those that a failing disk has kept.
  tell_soon();
}

void line::note(const std::string& what) const {
  if (!settings_.on_change)
    return;
  try {
    settings_.on_change(what);
  } catch (...) {
    // It is told, not asked: events go on whatever becomes of the words.
  }
}

} // namespace tocsin::client
