#include "app/bench/crash_watch.hpp"

#include "app/bench/spawned_server.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tocsin::bench {

using boost::system::error_code;

namespace {

/// By then all that the service said before its death has been read.
constexpr std::chrono::milliseconds last_words{100};
constexpr std::chrono::milliseconds look_pause{1};

} // namespace

crash_watch::crash_watch(boost::asio::io_context& context, const crash_plan& plan, event_book& book,
                         surroundings around)
  : plan_(plan), book_(book), around_(std::move(around)), timer_(context) {}

void crash_watch::look() {
  if (stage_ != stage::before || book_.accepted() < plan_.after_accepted)
    return;
  plan_.server->kill();
  stage_ = stage::killed;
  timer_.expires_after(last_words);
  timer_.async_wait([this](error_code error) {
    if (!error)
      start_again();
  });
}

void crash_watch::start_again() {
  book_.note_owed();
  around_.on_start();
  stage_ = stage::starting;
  started_at_ = around_.now();
  if (auto started = plan_.server->start_again(); !started)
    return fail_with(started.error().detail);
  await_ready();
}

void crash_watch::await_ready() {
  timer_.expires_after(look_pause);
  timer_.async_wait([this](error_code error) {
    if (error)
      return;
    auto ready = plan_.server->is_ready();
    if (!ready)
      return fail_with(ready.error().detail);
    if (!*ready)
      return await_ready();
    stage_ = stage::over;
    has_come_back_ = true;
  });
}

void crash_watch::fail_with(std::string why) {
  stage_ = stage::over;
  around_.on_failure(std::move(why));
}

std::optional<crash_figures> crash_watch::figures() const {
  if (!has_come_back_)
    return std::nullopt;
  crash_figures result;
  result.owed = book_.owed();
  result.ready_within = plan_.server->ready_within();
  auto since_start = [this](run_time x) { return std::max(x - started_at_, run_time{}); };
  result.first_owed_within = since_start(result.owed.first_arrived_at);
  result.last_owed_within = since_start(result.owed.last_arrived_at);
  if (plan_.server->pid() > 0)
    result.peak_rss_bytes = use_of(plan_.server->pid()).peak_rss_bytes;
  return result;
}

} // namespace tocsin::bench
