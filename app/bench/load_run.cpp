#include "app/bench/load_run.hpp"

#include "app/bench/process_meter.hpp"
#include "messages/text.hpp"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <deque>
#include <map>
#include <optional>
#include <unistd.h>
#include <utility>
#include <vector>

namespace tocsin::bench {

namespace {

using boost::system::error_code;
using std::chrono::steady_clock;

/// After the last arrival, for repeats that would otherwise go unseen.
constexpr std::chrono::milliseconds linger{200};
/// After an answer that asks for patience.
constexpr std::chrono::milliseconds overload_pause{50};

} // namespace

class load_run::engine {
public:
  engine(const run_mark& mark, const load_options& options)
    : prefix_(mark.prefix()),
      options_(options),
      offer_(options.offer),
      book_(options.channels),
      sink_(
        context_, [this](std::string_view text) { take_arrival(text); }, options.arrives_by,
        options.sink_port),
      told_{[this](sender& x) { offer_next(x); },
            [this](const ticket& x, const reply& said) { return take_answer(x, said); },
            [this](const ticket&) { --under_way_; }, [this](sender&) { lose_sender(); }} {
    sink_.set_out_of_order(options.has_outage);
    if (options.crash)
      crash_.emplace(context_, *options.crash, book_,
                     crash_watch::surroundings{
                       [this] { return now(); }, [this] { end_outage(); },
                       [this](std::string why) { stop_offering("after its crash " + why); }});
  }

  const sink& endpoint() const { return sink_; }

  load_result run() {
    senders_ = options_.senders(context_, told_);
    await_signal();
    auto cpu = cpu_time(::getpid());
    for (auto& x : senders_)
      x->start();
    watch();
    context_.run();
    load_result result;
    if (auto used = cpu_time(::getpid()); used && cpu)
      result.own_cpu = *used - *cpu;
    result.counts = book_.counts();
    result.latencies = book_.latencies();
    result.accepted_within = book_.last_accepted_at();
    result.delivered_within = book_.last_arrived_at();
    result.refused_by_reason = refused_by_reason_;
    result.deliveries_promised = deliveries_promised_;
    result.stopped_because = stopped_because_;
    result.is_interrupted = is_interrupted_;
    result.sink_connections = sink_.connections();
    if (crash_)
      result.crash = crash_->figures();
    if (back_in_order_at_ && first_arrival_at_)
      result.drain
        = {*first_arrival_at_ - *back_in_order_at_, book_.last_arrived_at() - *first_arrival_at_};
    return result;
  }

private:
  run_time now() const { return steady_clock::now() - began_; }

  // -- offering -------------------------------------------------------------------------------

  void offer_next(sender& x) {
    free_.push_back(&x);
    if (has_begun_)
      use_free_senders();
    else
      begin_if_connected();
  }

  /// The time runs from the moment when every sender is connected or has given up: no event waits
  /// for hundreds of connections that are made at once.
  void begin_if_connected() {
    if (free_.size() + lost_senders_ < senders_.size())
      return;
    has_begun_ = true;
    began_ = steady_clock::now();
    use_free_senders();
  }

  /// Gives a request to each free sender while one is due, and comes back when the next one is.
  void use_free_senders() {
    auto at = now();
    while (!free_.empty()) {
      auto next = offer_.take(at);
      if (!next)
        break;
      auto* x = free_.front();
      free_.pop_front();
      book_.offer(*next);
      ++under_way_;
      x->send(*next);
    }
    if (free_.empty() || wake_set_)
      return;
    if (auto due = offer_.next_due(at)) {
      wake_set_ = true;
      wake_.expires_at(began_ + *due);
      wake_.async_wait([this](error_code error) {
        wake_set_ = false;
        if (!error)
          use_free_senders();
      });
    }
  }

  std::chrono::milliseconds take_answer(const ticket& x, const reply& said) {
    --under_way_;
    if (said.is_accepted) {
      deliveries_promised_ += said.deliveries;
      book_.accept(x, now());
      if (crash_)
        crash_->look();
      return {};
    }
    book_.refuse(x);
    refused_by_reason_[std::string{said.reason}] += x.events;
    if (!said.is_passing)
      stop_offering(fmt::format("the service answered {}: {}", said.reason,
                                clean_line(std::string{said.text.substr(0, 300)})));
    return overload_pause;
  }

  void lose_sender() {
    if (++lost_senders_ == senders_.size())
      stop_offering("the service cannot be reached any more");
    if (!has_begun_)
      begin_if_connected();
  }

  void stop_offering(std::string why) {
    offer_.stop();
    if (stopped_because_.empty())
      stopped_because_ = std::move(why);
  }

  // -- arriving -------------------------------------------------------------------------------

  void take_arrival(std::string_view text) {
    if (!first_arrival_at_)
      first_arrival_at_ = now();
    if (auto number = find_number(text, prefix_))
      book_.arrive(*number, now());
    else
      book_.arrive_foreign();
  }

  // -- ending ---------------------------------------------------------------------------------

  /// Looks now and then whether all is done: cheaper than with every arrival.
  void watch() {
    watch_.expires_after(linger / 4);
    watch_.async_wait([this](error_code error) {
      if (error)
        return;
      if (has_offered_all() && under_way_ == 0)
        end_outage();
      if (is_done())
        context_.stop();
      else
        watch();
    });
  }

  void end_outage() {
    if (!sink_.is_out_of_order())
      return;
    sink_.set_out_of_order(false);
    back_in_order_at_ = now();
  }

  bool has_offered_all() const { return has_begun_ && offer_.is_over(now()); }

  bool is_done() const {
    auto at = now();
    if (!has_offered_all() || under_way_ > 0 || (crash_ && crash_->is_under_way()))
      return false;
    auto quiet = at
                 - std::max({book_.last_accepted_at(), book_.last_arrived_at(),
                             back_in_order_at_.value_or(run_time{})});
    return quiet >= (book_.is_complete() ? linger : options_.drain_limit);
  }

  void await_signal() {
    signals_.async_wait([this](error_code error, int) {
      if (error)
        return;
      if (!stopped_because_.empty())
        return context_.stop();
      is_interrupted_ = true;
      stop_offering("a signal ended it");
      await_signal();
    });
  }

  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM};
  boost::asio::steady_timer wake_{context_};
  boost::asio::steady_timer watch_{context_};
  /// Whether all senders are connected, and since when.
  bool has_begun_ = false;
  steady_clock::time_point began_{};
  std::string prefix_;
  load_options options_;
  schedule offer_;
  event_book book_;
  sink sink_;
  std::optional<crash_watch> crash_;
  sender::listener told_;
  std::vector<std::unique_ptr<sender>> senders_;
  /// First come, first served: no connection is left alone until the server closes it.
  std::deque<sender*> free_;
  bool wake_set_ = false;
  size_t under_way_ = 0;
  size_t lost_senders_ = 0;
  uint64_t deliveries_promised_ = 0;
  std::optional<run_time> first_arrival_at_;
  std::optional<run_time> back_in_order_at_;
  std::map<std::string, uint64_t> refused_by_reason_;
  std::string stopped_because_;
  bool is_interrupted_ = false;
};

load_run::load_run(const run_mark& mark, const load_options& options)
  : engine_(std::make_unique<engine>(mark, options)) {}

load_run::~load_run() = default;

std::string load_run::sink_url() const {
  return engine_->endpoint().url();
}

uint16_t load_run::sink_port() const {
  return engine_->endpoint().port();
}

load_result load_run::run() {
  return engine_->run();
}

} // namespace tocsin::bench
