#include "client/connect.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/integration/gate/gate_fixture.hpp"
#include "tests/support/eventually.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <mutex>

namespace tocsin::gate {

/// Something that an actor does later.
struct late_call {
  std::function<void()> what;
};

} // namespace tocsin::gate

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::gate::late_call)

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;

/// Answers each submission of one event 200 ms after it has been seen.
caf::behavior late_ingress(caf::event_based_actor* self,
                           const std::function<void(const submit_events&)>& see) {
  return {
    [self, see](const submit_events& x) {
      see(x);
      auto promise = self->make_response_promise();
      events_accepted answer{{{x.events.at(0).id, 1, false}}};
      self->delayed_send(self, 200ms,
                         late_call{[promise, answer]() mutable { promise.deliver(answer); }});
      return promise;
    },
    [](const late_call& x) { x.what(); },
  };
}

/// A panel with two nodes, of which the one that it is connected to is stopped while its ingress
/// has yet to answer.
class planned_stop_test : public gate_fixture {
protected:
  ~planned_stop_test() override {
    for (auto& x : panels_)
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    second_.reset();
  }

  void SetUp() override {
    auto late
      = system_->spawn(late_ingress, [this](const submit_events& x) { arrive(first_has_, x); });
    actors_.ingress = caf::actor_cast<ingress_actor>(late);
    start();
    backend others = actors_;
    others.ingress = system_->spawn([this](ingress_actor::pointer) -> ingress_actor::behavior_type {
      return {[this](const submit_events& x) {
        arrive(second_has_, x);
        return events_accepted{{{x.events.at(0).id, 1, false}}};
      }};
    });
    auto options = options_;
    options.port = 0;
    auto made = server::start(*system_, options, second_door_, others, [](const notice&) {});
    ASSERT_TRUE(made) << made.error().detail;
    second_ = std::move(*made);
    settings_ = panel_config();
    settings_.nodes.push_back({"127.0.0.1", second_->port(), {}});
  }

  using arrivals = std::map<std::string, int>;

  void arrive(arrivals& where, const submit_events& x) {
    std::lock_guard lock{mutex_};
    ++where[x.events.at(0).id];
  }

  arrivals at(const arrivals& where) {
    std::lock_guard lock{mutex_};
    return where;
  }

  std::mutex mutex_;
  arrivals first_has_;
  arrivals second_has_;
  admission second_door_{1000};
  std::unique_ptr<server> second_;
  client::config settings_;
};

TEST_F(planned_stop_test, of_a_node_sends_no_event_to_two_nodes) {
  constexpr size_t count = 50;
  auto panel = connect(settings_);
  caf::scoped_actor self{*system_};
  auto send
    = [&](size_t i) { return self->request(panel, 60s, events_with_ids({std::to_string(i)})); };
  std::vector<decltype(send(0))> pending;
  for (size_t i = 0; i < count; ++i)
    pending.push_back(send(i));
  ASSERT_TRUE(eventually([&] { return at(first_has_).size() == count; }));
  door_.close();
  pending.push_back(send(count));
  for (auto& x : pending)
    x.receive([](const events_accepted&) {},
              [](const caf::error& why) { ADD_FAILURE() << to_failure(why).detail; });
  EXPECT_EQ(at(first_has_).size(), count);
  EXPECT_EQ(at(second_has_), (arrivals{{std::to_string(count), 1}}));
}

} // namespace

} // namespace tocsin::gate
