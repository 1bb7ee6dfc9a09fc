#include "app/bench/limits/bare_poster.hpp"
#include "app/bench/limits/stages.hpp"
#include "app/bench/sink.hpp"
#include "app/cli/stop_signal.hpp"

#include <atomic>
#include <utility>
#include <vector>

namespace tocsin::bench {

using std::chrono::steady_clock;

namespace {

/// Events of one kind with numbers from 0 on. Not thread-safe.
class event_source {
public:
  event_source(const run_mark& mark, const payload_options& payload)
    : text_(event_text(sample_event(mark, payload))),
      digits_(text_.find(mark.prefix()) + mark.prefix().size()) {}

  std::string next() {
    write_number(text_.data() + digits_, count_++);
    return text_;
  }

private:
  std::string text_;
  size_t digits_;
  uint64_t count_ = 0;
};

/// Counts the events that arrive at a sink, each once, on its own thread.
class arrival_counter {
public:
  explicit arrival_counter(const run_mark& mark)
    : prefix_(mark.prefix()), sink_(context_, [this](std::string_view body) { take(body); }) {}

  ~arrival_counter() { context_.stop(); }

  std::string url() const { return sink_.url(); }

  /// Ends the thread. Gives how many events have arrived.
  uint64_t stop() {
    context_.stop();
    thread_.join();
    return count_;
  }

private:
  void take(std::string_view body) {
    auto number = find_number(body, prefix_);
    if (!number)
      return;
    if (*number >= seen_.size())
      seen_.resize(*number + 1);
    count_ += seen_[*number] ? 0 : 1;
    seen_[*number] = true;
  }

  std::string prefix_;
  std::vector<bool> seen_;
  uint64_t count_ = 0;
  boost::asio::io_context context_{1};
  sink sink_;
  metered_thread thread_{[this] { context_.run(); }};
};

} // namespace

expected<poster_limit> measure_poster(const stage_options& options) {
  auto mark = run_mark::random();
  arrival_counter arrivals{mark};
  poster_limit result;
  event_source events{mark, options.payload};
  // One event for each connection; whoever is done posts the next one.
  std::vector<std::string> first;
  for (unsigned i = 0; i < options.connections; ++i)
    first.push_back(events.next());
  cli::stop_signal signal;
  std::atomic<bool> is_over = false;
  auto began = steady_clock::now();
  bare_poster poster{arrivals.url(), options.connections, [&](bare_poster& by, bool taken) {
                       ++(taken ? result.posted : result.failed);
                       if (!is_over)
                         by.submit({events.next()});
                     }};
  poster.submit(std::move(first));
  auto interrupted = signal.arrives_within(options.duration);
  is_over = true;
  result.cpu = poster.finish();
  result.elapsed = steady_clock::now() - began;
  result.arrived = arrivals.stop();
  if (interrupted)
    return fail(errc::shutting_down, "a signal ended the measurement");
  return result;
}

} // namespace tocsin::bench
