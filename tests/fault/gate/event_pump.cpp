#include "tests/fault/gate/event_pump.hpp"

#include "messages/protocol/failure.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace tocsin {

struct event_pump::shared {
  void count(size_t pump_counts::*which) {
    std::lock_guard lock{mutex};
    ++(counts.*which);
    changed.notify_all();
  }

  std::mutex mutex;
  std::condition_variable changed;
  pump_counts counts;
};

namespace {

struct offer_events {
  size_t submissions = 0;
  size_t events_each = 0;
  size_t at_once = 0;
};

} // namespace

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::offer_events)

namespace tocsin {

namespace {

struct pump_state {
  void go_on() {
    for (; left.submissions > 0 && open < left.at_once; --left.submissions, ++open) {
      submit_events what;
      what.events.assign(left.events_each, {"", "deploy.failure", "shop", "", "", "it broke", ""});
      count(&pump_counts::offered);
      self->request(to, caf::infinite, std::move(what))
        .then([this](const events_accepted&) { close(&pump_counts::accepted); },
              [this](const caf::error& why) {
                auto is_full = to_failure(why).code == errc::overloaded;
                close(is_full ? &pump_counts::refused : &pump_counts::failed);
              });
    }
  }

  void close(size_t pump_counts::*as) {
    --open;
    count(as);
    go_on();
  }

  caf::event_based_actor* self = nullptr;
  client::node_actor to;
  std::function<void(size_t pump_counts::*)> count;
  offer_events left;
  size_t open = 0;
};

} // namespace

event_pump::event_pump(caf::actor_system& system, client::node_actor to)
  : shared_(std::make_shared<shared>()) {
  auto count = [x = shared_](size_t pump_counts::*which) { x->count(which); };
  worker_ = system.spawn([=](caf::stateful_actor<pump_state>* self) -> caf::behavior {
    self->state.self = self;
    self->state.to = to;
    self->state.count = count;
    return {[self](const offer_events& x) {
      self->state.left = x;
      self->state.go_on();
    }};
  });
}

event_pump::~event_pump() {
  caf::anon_send_exit(worker_, caf::exit_reason::user_shutdown);
}

void event_pump::offer(size_t submissions, size_t events_each, size_t at_once) {
  caf::anon_send(worker_, offer_events{submissions, events_each, at_once});
}

pump_counts event_pump::counts() const {
  std::lock_guard lock{shared_->mutex};
  return shared_->counts;
}

bool event_pump::wait(const std::function<bool(const pump_counts&)>& done) const {
  std::unique_lock lock{shared_->mutex};
  return shared_->changed.wait_for(lock, std::chrono::minutes{2},
                                   [&] { return done(shared_->counts); });
}

} // namespace tocsin
