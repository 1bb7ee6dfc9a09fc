#include "messages/protocol/failure.hpp"
#include "tests/integration/gate/gate_fixture.hpp"
#include "tests/integration/gate/stranger.hpp"
#include "tests/support/eventually.hpp"

#include <caf/scoped_actor.hpp>

#include <atomic>
#include <chrono>
#include <mutex>

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;
using link::frame_kind;

/// How much a node lets a peer ask at once, and how it slows down whoever asks more.
class peer_limits_test : public gate_fixture {
protected:
  static submit_events event_of(size_t bytes) {
    auto result = events_with_ids({""});
    result.events[0].details = "{\"x\":\"" + std::string(bytes, 'x') + "\"}";
    return result;
  }

  /// Puts stats behind the gate whose answers wait in `held_`, as long as `is_holding_`.
  void hold_stats() {
    actors_.stats = system_->spawn([this](stats_actor::pointer self) -> stats_actor::behavior_type {
      return {[this, self](const collect_stats&) {
        auto promise = self->make_response_promise<node_stats>();
        std::lock_guard lock{mutex_};
        if (is_holding_)
          held_.push_back(promise);
        else
          promise.deliver(stats_);
        return promise;
      }};
    });
  }

  size_t held() {
    std::lock_guard lock{mutex_};
    return held_.size();
  }

  /// Puts an ingress behind the gate that is overloaded four times, and notes when it was asked.
  void overload_ingress() {
    actors_.ingress
      = system_->spawn([this](ingress_actor::pointer) -> ingress_actor::behavior_type {
          return {[this](const submit_events& x) -> caf::result<events_accepted> {
            std::lock_guard lock{mutex_};
            asked_at_.push_back(std::chrono::steady_clock::now());
            if (asked_at_.size() <= 4)
              return to_error(fail(errc::overloaded, "it is full"));
            return events_accepted{{{x.events.at(0).id, 1, false}}};
          }};
        });
  }

  std::mutex mutex_;
  bool is_holding_ = true;
  std::vector<caf::typed_response_promise<node_stats>> held_;
  std::vector<std::chrono::steady_clock::time_point> asked_at_;
};

TEST_F(peer_limits_test, few_questions_about_the_stats_are_under_way_at_once) {
  constexpr size_t count = 1000;
  hold_stats();
  start();
  auto panel = connect();
  ASSERT_TRUE(submit(panel, events_with_ids({"before"})));
  tls_stranger x{options_.port, panel_files_};
  ASSERT_TRUE(x.read_until(frame_kind::welcome));
  // So small that the node reads all of them at once.
  std::string questions;
  for (uint64_t i = 1; i <= count; ++i)
    link::append_frame(questions, frame_kind::ask_stats, link::to_wire(i));
  x.send(questions);
  ASSERT_TRUE(eventually([&] { return held() >= 4; }));
  // This one comes to the desk behind all that the session has put there.
  ASSERT_TRUE(submit(panel, events_with_ids({"behind"})));
  caf::scoped_actor self{*system_};
  auto last = self->request(actors_.stats, 15s, collect_stats{});
  ASSERT_TRUE(eventually([&] { return held() >= 5; }));
  EXPECT_EQ(held(), 5u);
  {
    std::lock_guard lock{mutex_};
    is_holding_ = false;
    for (auto& promise : held_)
      promise.deliver(stats_);
  }
  last.receive([](const node_stats&) {}, [](const caf::error&) { ADD_FAILURE(); });
  for (size_t i = 0; i < count; ++i)
    ASSERT_TRUE(x.read_until(frame_kind::stats)) << i;
}

TEST_F(peer_limits_test, who_is_refused_is_told_how_long_to_wait) {
  start();
  auto wait_ms = [this] {
    tls_stranger x{options_.port, panel_files_};
    x.send_frame(frame_kind::submit, link::to_wire(uint64_t{1}, events_with_ids({"a"})));
    link::refusal why;
    EXPECT_TRUE(link::from_payload(x.read_until(frame_kind::refused).value_or(""), why));
    return why.wait_ms;
  };
  {
    auto others = door_.enter(1000);
    EXPECT_EQ(wait_ms(), 100u);
  }
  door_.close();
  EXPECT_EQ(wait_ms(), 500u);
}

TEST_F(peer_limits_test, a_panel_waits_as_long_as_an_overloaded_node_asks_for) {
  overload_ingress();
  start();
  ASSERT_TRUE(submit(connect(), events_with_ids({"a"})));
  ASSERT_EQ(asked_at_.size(), 5u);
  EXPECT_GE(asked_at_.back() - asked_at_.front(), 400ms);
}

TEST_F(peer_limits_test, a_panel_sends_no_submission_that_a_frame_cannot_hold) {
  start();
  auto panel = connect();
  auto reply = submit(panel, event_of(1'100'000));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, errc::invalid_argument);
  EXPECT_TRUE(submit(panel, events_with_ids({"a"})));
  EXPECT_EQ(log_.count("peer connected"), 1u);
}

TEST_F(peer_limits_test, a_panels_window_has_an_end_in_bytes) {
  // Nobody is there.
  start();
  server_.reset();
  auto settings = panel_config();
  settings.window_bytes = 10'000;
  auto panel = connect(settings);
  caf::scoped_actor self{*system_};
  auto first = self->request(panel, 60s, event_of(6'000));
  auto second = submit(panel, event_of(6'000));
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().detail.find("the window is full"), std::string::npos)
    << second.error().detail;
  self->send_exit(panel, caf::exit_reason::user_shutdown);
  first.receive([](const events_accepted&) { ADD_FAILURE() << "nobody was there"; },
                [](const caf::error&) {});
}

/// Whoever hears nothing gives the node up.
TEST_F(peer_limits_test, a_node_that_has_nothing_to_say_says_that_it_is_there) {
  start();
  tls_stranger x{options_.port, panel_files_};
  EXPECT_TRUE(x.read_until(frame_kind::ping));
}

} // namespace

} // namespace tocsin::gate
