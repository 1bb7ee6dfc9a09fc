#include "client/connect.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/integration/gate/gate_fixture.hpp"
#include "tests/support/eventually.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace tocsin::gate {

/// Makes the ingress answer for all that it has seen.
struct answer_all {};

} // namespace tocsin::gate

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::gate::answer_all)

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;

struct held_answers {
  std::vector<std::function<void()>> deliver;
};

/// Answers submissions of one event each when it is told to.
caf::behavior holding_ingress(caf::stateful_actor<held_answers>* self,
                              const std::function<void(const submit_events&)>& see) {
  return {
    [self, see](const submit_events& x) {
      see(x);
      auto promise = self->make_response_promise();
      events_accepted answer{{{x.events.at(0).id, 1, false}}};
      self->state.deliver.emplace_back([promise, answer]() mutable { promise.deliver(answer); });
      return promise;
    },
    [self](const answer_all&) {
      for (auto& x : std::exchange(self->state.deliver, {}))
        x();
    },
  };
}

/// A panel with two nodes, of which the one that it is connected to is stopped with events under
/// way.
class planned_stop_test : public gate_fixture {
protected:
  ~planned_stop_test() override {
    for (auto& x : panels_)
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    second_.reset();
    caf::anon_send_exit(ingress_, caf::exit_reason::user_shutdown);
  }

  void SetUp() override {
    ingress_
      = system_->spawn(holding_ingress, [this](const submit_events& x) { arrive(first_has_, x); });
    actors_.ingress = caf::actor_cast<ingress_actor>(ingress_);
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

  /// Sends the events 0 to 49, and waits until the first node's ingress has them.
  void send_all(caf::scoped_actor& self, const client::node_actor& panel) {
    for (size_t i = 0; i < count; ++i)
      send(self, panel, i);
    ASSERT_TRUE(eventually([&] { return at(first_has_).size() == count; }));
  }

  void send(caf::scoped_actor& self, const client::node_actor& panel, size_t id) {
    pending_.push_back(self->request(panel, 60s, events_with_ids({std::to_string(id)})));
  }

  void expect_all_accepted() {
    for (auto& x : pending_)
      x.receive([](const events_accepted&) {},
                [](const caf::error& why) { ADD_FAILURE() << to_failure(why).detail; });
  }

  static constexpr size_t count = 50;

  using pending_answer = decltype(std::declval<caf::scoped_actor&>()->request(
    client::node_actor{}, 60s, submit_events{}));

  std::vector<pending_answer> pending_;
  caf::actor ingress_;
  std::mutex mutex_;
  arrivals first_has_;
  arrivals second_has_;
  admission second_door_{1000};
  std::unique_ptr<server> second_;
  client::config settings_;
};

TEST_F(planned_stop_test, of_a_node_sends_no_event_to_two_nodes) {
  auto panel = connect(settings_);
  caf::scoped_actor self{*system_};
  send_all(self, panel);
  door_.close();
  send(self, panel, count);
  // The refusal of that one comes long before.
  caf::delayed_anon_send(ingress_, 200ms, answer_all{});
  expect_all_accepted();
  EXPECT_EQ(at(first_has_).size(), count);
  EXPECT_EQ(at(second_has_), (arrivals{{std::to_string(count), 1}}));
}

TEST_F(planned_stop_test, of_a_node_that_answers_no_more_is_waited_for_a_while) {
  auto panel = connect(settings_);
  caf::scoped_actor self{*system_};
  send_all(self, panel);
  door_.close();
  send(self, panel, count);
  auto began = std::chrono::steady_clock::now();
  expect_all_accepted();
  // Long before they would be given up.
  EXPECT_LT(std::chrono::steady_clock::now() - began, settings_.answer_timeout / 2);
  EXPECT_EQ(at(first_has_).size(), count);
  EXPECT_EQ(at(second_has_).size(), count + 1);
}

TEST_F(planned_stop_test, of_a_gate_leaves_no_answer_behind) {
  auto panel = connect(settings_);
  caf::scoped_actor self{*system_};
  send_all(self, panel);
  self->request(ingress_, 60s, answer_all{}).receive([] {}, [](const caf::error&) {});
  server_.reset();
  expect_all_accepted();
  EXPECT_EQ(at(second_has_), arrivals{});
}

} // namespace

} // namespace tocsin::gate
