#include "messages/protocol/failure.hpp"
#include "tests/integration/gate/gate_fixture.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/example_panel/panel_process.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <set>

namespace tocsin::gate {

namespace {

/// The example panel without a spool, before a gate whose ingress refuses what the test says.
class example_panel_test : public gate_fixture {
protected:
  /// Starts the gate; `judge` says why events are refused, and is called on an actor's thread.
  void start_with(std::function<std::optional<failure>(const submit_events&)> judge) {
    actors_.ingress = system_->spawn(
      [this, judge = std::move(judge)](ingress_actor::pointer) -> ingress_actor::behavior_type {
        return {[this, judge](const submit_events& x) -> caf::result<events_accepted> {
          if (auto why = judge(x))
            return to_error(*why);
          log_.submitted(x);
          events_accepted result;
          for (auto& one : x.events)
            result.receipts.push_back({one.id, 1, false});
          return result;
        }};
      });
    start();
  }

  std::vector<std::string> panel_arguments() const {
    return {"127.0.0.1", std::to_string(options_.port), (directory_.path() / "pki").string(),
            "shop"};
  }

  std::set<std::string> arrived() const {
    std::set<std::string> result;
    for (auto& x : log_.events())
      result.insert(x.message);
    return result;
  }
};

TEST_F(example_panel_test, sends_again_what_a_node_refuses_only_for_now) {
  auto has_room = std::make_shared<std::atomic<bool>>(false);
  auto refused = std::make_shared<std::atomic<size_t>>(0);
  start_with([has_room, refused](const submit_events&) -> std::optional<failure> {
    if (*has_room)
      return std::nullopt;
    ++*refused;
    return fail(errc::storage_full, "the disk is full");
  });
  panel_process panel{panel_arguments()};
  panel.send({"first", "second", "third"});
  ASSERT_TRUE(eventually([&] { return *refused > 0; }));
  *has_room = true;
  ASSERT_TRUE(panel.wait_for_taken(3));
  EXPECT_EQ(panel.accepted().size(), 3u);
  EXPECT_EQ(arrived(), (std::set<std::string>{"first", "second", "third"}));
}

TEST_F(example_panel_test, goes_on_after_what_a_node_refuses_for_good) {
  auto refused = std::make_shared<std::atomic<size_t>>(0);
  start_with([refused](const submit_events& x) -> std::optional<failure> {
    if (x.events.at(0).message != "bad")
      return std::nullopt;
    ++*refused;
    return fail(errc::unknown_event_type, "there is no such type");
  });
  panel_process panel{panel_arguments()};
  panel.send({"bad"});
  ASSERT_TRUE(eventually([&] { return *refused > 0; }));
  panel.send({"good"});
  ASSERT_TRUE(panel.wait_for_taken(1));
  EXPECT_EQ(*refused, 1u);
  EXPECT_EQ(arrived(), (std::set<std::string>{"good"}));
}

TEST_F(example_panel_test, skips_lines_that_say_nothing) {
  start_with([](const submit_events& x) -> std::optional<failure> {
    for (auto& one : x.events)
      if (one.message.empty())
        return fail(errc::invalid_argument, "the event is not valid");
    return std::nullopt;
  });
  panel_process panel{panel_arguments()};
  panel.send({"first\n\nsecond\n \n"});
  ASSERT_TRUE(panel.wait_for_taken(2));
  EXPECT_EQ(arrived(), (std::set<std::string>{"first", "second"}));
}

TEST_F(example_panel_test, sends_the_good_lines_of_a_batch_without_the_bad_one) {
  auto refused = std::make_shared<std::atomic<size_t>>(0);
  start_with([refused](const submit_events& x) -> std::optional<failure> {
    for (auto& one : x.events)
      if (one.message == "bad") {
        ++*refused;
        return fail(errc::invalid_argument, "the event is not valid",
                    {{"/message", "too_long", "at most 3 bytes"}});
      }
    return std::nullopt;
  });
  panel_process panel{panel_arguments()};
  panel.send({"first\nbad\nsecond"});
  ASSERT_TRUE(panel.wait_for_taken(2));
  EXPECT_EQ(arrived(), (std::set<std::string>{"first", "second"}));
  EXPECT_EQ(*refused, 2u);
}

} // namespace

} // namespace tocsin::gate
