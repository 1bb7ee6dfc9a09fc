#include "tests/integration/client/spooled_panel.hpp"

#include <gmock/gmock.h>

#include <optional>

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;

using spooled_panel_test = spooled_panel;

TEST_F(spooled_panel_test, takes_events_while_no_node_is_there_and_delivers_them_in_their_order) {
  auto panel = connect(settings_);
  std::vector<std::string> sent;
  for (int i = 0; i < 20; ++i) {
    sent.push_back("e" + std::to_string(i));
    EXPECT_TRUE(goes_to_the_spool(panel, sent.back()));
  }
  start();
  ASSERT_TRUE(log_.wait_for_events(sent.size()));
  std::vector<std::string> seen;
  for (auto& x : log_.events())
    seen.push_back(x.id);
  EXPECT_EQ(seen, sent);
}

TEST_F(spooled_panel_test, notes_when_an_event_came_and_gives_it_an_id) {
  auto panel = connect(settings_);
  auto before = std::chrono::floor<std::chrono::seconds>(system_wall_clock()());
  auto reply = submit(panel, events_with_ids({""}));
  auto after = system_wall_clock()();
  ASSERT_TRUE(reply);
  start();
  ASSERT_TRUE(log_.wait_for_events(1));
  auto x = log_.events().at(0);
  EXPECT_EQ(x.id, reply->receipts.at(0).id);
  EXPECT_EQ(x.id.size(), 26u);
  auto noted = parse_rfc3339(x.timestamp);
  ASSERT_TRUE(noted);
  EXPECT_LE(before, *noted);
  EXPECT_LE(*noted, after);
}

TEST_F(spooled_panel_test, sends_what_is_left_after_a_restart_and_forgets_it_then) {
  auto panel = connect(settings_);
  EXPECT_TRUE(goes_to_the_spool(panel, "a"));
  stop(panel);
  panel = connect(settings_);
  EXPECT_TRUE(goes_to_the_spool(panel, "b"));
  start();
  ASSERT_TRUE(log_.wait_for_events(2));
  // It is gone from the disk once the node has answered.
  auto end = std::chrono::steady_clock::now() + 20s;
  auto is_empty = [&] {
    wait_for_answers(panel);
    stop(panel);
    auto empty = client::spool::open(settings_.spool).value()->read_after(0, 1)->empty();
    panel = connect(settings_);
    return empty;
  };
  while (!is_empty())
    ASSERT_LT(std::chrono::steady_clock::now(), end) << "it is still on the disk";
  wait_for_answers(panel);
  EXPECT_FALSE(goes_to_the_spool(panel, "c"));
}

TEST_F(spooled_panel_test, does_without_the_spool_while_a_node_is_there) {
  start();
  settings_.spool.after = 20s;
  auto panel = connect(settings_);
  EXPECT_FALSE(goes_to_the_spool(panel, "a"));
  // A node that is soon back is waited for.
  caf::scoped_actor self{*system_};
  server_.reset();
  auto pending = self->request(panel, 30s, events_with_ids({"b"}));
  start();
  pending.receive(
    [](const events_accepted& x) { EXPECT_FALSE(client::is_spooled(x.receipts.at(0))); },
    [](const caf::error& x) { ADD_FAILURE() << to_failure(x).detail; });
}

TEST_F(spooled_panel_test, takes_over_what_a_lost_connection_left_open) {
  start();
  // The gate lets nothing in, so that what is sent stays unanswered.
  auto others = door_.enter(1000);
  auto panel = connect(settings_);
  wait_for_answers(panel);
  caf::scoped_actor self{*system_};
  auto pending = lose_unanswered(self, panel);
  pending.receive(
    [](const events_accepted& x) { EXPECT_TRUE(client::is_spooled(x.receipts.at(0))); },
    [](const caf::error& x) { ADD_FAILURE() << to_failure(x).detail; });
  others.reset();
  start();
  ASSERT_TRUE(log_.wait_for_events(1));
}

TEST_F(spooled_panel_test, takes_what_a_node_does_not_answer_in_time) {
  start();
  auto others = door_.enter(1000);
  settings_.answer_timeout = 300ms;
  auto panel = connect(settings_);
  EXPECT_TRUE(goes_to_the_spool(panel, "a"));
  EXPECT_TRUE(log_.events().empty());
  others.reset();
  ASSERT_TRUE(log_.wait_for_events(1));
}

TEST_F(spooled_panel_test, says_at_once_that_it_is_full) {
  settings_.spool.max_bytes = 10'000;
  auto panel = connect(settings_);
  size_t taken = 0;
  std::optional<failure> why;
  while (!why) {
    ASSERT_LT(taken, 200u);
    auto reply = submit(panel, events_with_ids({std::to_string(taken)}));
    if (reply)
      ++taken;
    else
      why = reply.error();
  }
  EXPECT_EQ(why->code, errc::overloaded);
  EXPECT_THAT(why->detail, testing::HasSubstr("spool"));
  start();
  ASSERT_TRUE(log_.wait_for_events(taken));
  EXPECT_EQ(arrived().size(), taken);
  // There is room again.
  wait_for_answers(panel);
  server_.reset();
  EXPECT_TRUE(goes_to_the_spool(panel, "more"));
}

TEST_F(spooled_panel_test, takes_events_while_the_only_node_is_stopping) {
  settings_.spool.after = 1s;
  settings_.max_backoff = 10s;
  start();
  door_.close();
  auto panel = connect(settings_);
  auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(goes_to_the_spool(panel, "a"));
  // Long before an answer would be given up.
  EXPECT_LT(std::chrono::steady_clock::now() - began, settings_.answer_timeout / 2);
  EXPECT_LT(log_.count("peer connected"), 12u);
}

TEST_F(spooled_panel_test, takes_no_submission_of_more_events_than_a_node_takes) {
  auto panel = connect(settings_);
  auto reply = submit(panel, submit_events{std::vector<event>(10'001), ""});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, errc::invalid_argument);
  EXPECT_TRUE(goes_to_the_spool(panel, "good"));
  start();
  ASSERT_TRUE(log_.wait_for_events(1));
}

TEST_F(spooled_panel_test, holds_more_than_may_be_under_way_at_once) {
  settings_.spool.max_bytes = 32 << 20;
  auto panel = connect(settings_);
  std::vector<std::string> expected;
  for (int i = 0; i < 100; ++i) {
    auto one = events_with_ids({"e" + std::to_string(i)});
    one.events[0].details = "{\"x\":\"" + std::string(100'000, 'x') + "\"}";
    expected.push_back(one.events[0].id);
    auto reply = submit(panel, std::move(one));
    ASSERT_TRUE(reply) << reply.error().detail;
    EXPECT_TRUE(client::is_spooled(reply->receipts.at(0)));
  }
  start();
  // What comes now is in no hurry to be first.
  for (int i = 100; i < 120; ++i) {
    expected.push_back("e" + std::to_string(i));
    ASSERT_TRUE(submit(panel, events_with_ids({expected.back()})));
  }
  ASSERT_TRUE(log_.wait_for_events(expected.size()));
  std::vector<std::string> seen;
  for (auto& x : log_.events())
    seen.push_back(x.id);
  EXPECT_EQ(seen, expected);
}

TEST_F(spooled_panel_test, does_not_keep_questions_about_the_stats) {
  settings_.answer_timeout = 300ms;
  auto panel = connect(settings_);
  caf::scoped_actor self{*system_};
  self->request(panel, 30s, collect_stats{})
    .receive([](const node_stats&) { ADD_FAILURE() << "nobody was there"; },
             [](const caf::error& x) { EXPECT_EQ(to_failure(x).code, errc::unavailable); });
}

TEST_F(spooled_panel_test, is_refused_without_anybody_who_hears_of_refusals) {
  settings_.spool.on_refused = nullptr;
  auto made = client::connect(*system_, settings_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::invalid_argument);
}

TEST_F(spooled_panel_test, is_refused_a_spool_that_another_client_has) {
  auto first = connect(settings_);
  auto second = client::connect(*system_, settings_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::unavailable);
}

TEST_F(spooled_panel_test, keeps_what_a_node_may_have_where_the_spool_has_no_room) {
  settings_.spool.max_bytes = 1;
  gate_log told;
  settings_.on_change = [&told](const std::string& what) { told.noted({false, what, {}}); };
  start();
  // The gate lets nothing in, so that what is sent stays unanswered.
  auto others = door_.enter(1000);
  auto panel = connect(settings_);
  wait_for_answers(panel);
  caf::scoped_actor self{*system_};
  auto pending = lose_unanswered(self, panel);
  ASSERT_TRUE(told.wait_for_notice("lost "));
  // No node has this one, and it is refused together with what was tried before.
  EXPECT_EQ(submit(panel, events_with_ids({"b"})).error().code, errc::overloaded);
  others.reset();
  start();
  pending.receive(
    [](const events_accepted& x) { EXPECT_FALSE(client::is_spooled(x.receipts.at(0))); },
    [](const caf::error& x) { ADD_FAILURE() << to_failure(x).detail; });
  EXPECT_EQ(arrived(), (std::map<std::string, int>{{"a", 1}}));
  stop(panel);
}

} // namespace

} // namespace tocsin::gate
