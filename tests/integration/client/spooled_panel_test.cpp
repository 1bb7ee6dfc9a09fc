#include "client/spool.hpp"
#include "link/wire.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/integration/gate/gate_fixture.hpp"
#include "tests/support/reserved_port.hpp"

#include <caf/scoped_actor.hpp>
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <map>

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;

/// A panel with a spool, which counts as cut off as soon as no node is connected.
class spooled_panel_test : public gate_fixture {
protected:
  spooled_panel_test() {
    options_.port = port_.number();
    settings_ = panel_config();
    settings_.spool.directory = directory_.path() / "spool";
    settings_.spool.after = 0ms;
    settings_.spool.on_refused = [this](const submit_events& what, const failure& why) {
      std::lock_guard lock{mutex_};
      for (auto& x : what.events)
        refused_.emplace(x.id, why.code);
    };
  }

  /// Sends an event to a node that then goes without an answer; what the panel's will be.
  auto lose_unanswered(caf::scoped_actor& self, const client::node_actor& panel) {
    auto pending = self->request(panel, 30s, events_with_ids({"a"}));
    self->request(panel, 30s, collect_stats{})
      .receive([](const node_stats&) {}, [](caf::error&) {});
    server_.reset();
    return pending;
  }

  /// Sends one event and says whether the spool took it.
  bool goes_to_the_spool(const client::node_actor& to, const std::string& id) {
    auto reply = submit(to, events_with_ids({id}));
    EXPECT_TRUE(reply) << reply.error().detail;
    return reply && client::is_spooled(reply->receipts.at(0));
  }

  /// Waits until the node has answered what was sent before, a spool's entries included.
  void wait_for_answers(const client::node_actor& panel) {
    caf::scoped_actor self{*system_};
    self->request(panel, 30s, collect_stats{})
      .receive([](const node_stats&) {},
               [](const caf::error& x) { ADD_FAILURE() << to_failure(x).detail; });
  }

  /// Puts an ingress behind the gate that refuses the event `id` once for each of `faults_`.
  void break_ingress(const std::string& id) {
    actors_.ingress
      = system_->spawn([this, id](ingress_actor::pointer) -> ingress_actor::behavior_type {
          return {[this, id](const submit_events& x) -> caf::result<events_accepted> {
            if (x.events.at(0).id == id && !faults_.empty()) {
              auto why = faults_.back();
              faults_.pop_back();
              return to_error(why);
            }
            log_.submitted(x);
            return events_accepted{{{x.events.at(0).id, 1, false}}};
          }};
        });
  }

  /// Puts an ingress behind the gate that refuses all with `code` until the event `e0` has come so
  /// many times.
  void break_disk_until_try(errc code, size_t good_try) {
    actors_.ingress = system_->spawn(
      [this, code, good_try](ingress_actor::pointer) -> ingress_actor::behavior_type {
        return {[this, code, good_try](const submit_events& x) -> caf::result<events_accepted> {
          if (x.events.at(0).id == "e0")
            ++tries_;
          if (tries_ < good_try) {
            ++disk_refusals_;
            return to_error(fail(code, "the disk takes nothing"));
          }
          log_.submitted(x);
          return events_accepted{{{x.events.at(0).id, 1, false}}};
        }};
      });
  }

  /// Fills the spool while a node's disk takes nothing, and expects everything to arrive in order,
  /// with little of it sent in vain.
  void expect_no_flood() {
    std::vector<std::string> expected;
    std::vector<std::string> payloads;
    for (int i = 0; i < 2'000; ++i) {
      auto one = events_with_ids({"e" + std::to_string(i)});
      one.events[0].details = "{\"x\":\"" + std::string(2'500, 'x') + "\"}";
      expected.push_back(one.events[0].id);
      payloads.push_back(link::to_wire(one));
    }
    {
      auto spool = client::spool::open(settings_.spool).value();
      ASSERT_EQ(spool->append({payloads.begin(), payloads.end()}).value(), payloads.size());
    }
    auto panel = connect(settings_);
    start();
    ASSERT_TRUE(log_.wait_for_events(expected.size()));
    std::vector<std::string> seen;
    for (auto& x : log_.events())
      seen.push_back(x.id);
    EXPECT_EQ(seen, expected);
    // The 2 MiB that may be under way at once, and what was tried.
    EXPECT_LE(disk_refusals_, 900u);
    EXPECT_EQ(refusals(), 0u);
  }

  void put_into_the_spool(const std::string& payload) {
    ASSERT_EQ(client::spool::open(settings_.spool).value()->append({payload}).value(), 1u);
  }

  void stop(client::node_actor& panel) {
    caf::scoped_actor self{*system_};
    self->send_exit(panel, caf::exit_reason::user_shutdown);
    self->wait_for(panel);
    panel = nullptr;
    panels_.clear();
  }

  /// How often each event came to ingress.
  std::map<std::string, int> arrived() const {
    std::map<std::string, int> result;
    for (auto& x : log_.events())
      ++result[x.id];
    return result;
  }

  size_t refusals() {
    std::lock_guard lock{mutex_};
    return refused_.size();
  }

  reserved_port port_;
  client::config settings_;
  std::mutex mutex_;
  std::multimap<std::string, errc> refused_;
  std::vector<std::string> noted_;
  /// Those that `break_ingress` has still to answer with; the ingress's own once it is started.
  std::vector<failure> faults_;
  /// What the ingress of `break_disk_until_try` counts.
  std::atomic<size_t> tries_{0};
  std::atomic<size_t> disk_refusals_{0};
};

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

TEST_F(spooled_panel_test, tells_what_a_node_refuses_for_good_and_goes_on) {
  auto panel = connect(settings_);
  auto bad = events_with_ids(std::vector<std::string>(1000, "bad"));
  for (auto& x : bad.events)
    x.details = "no JSON";
  ASSERT_TRUE(submit(panel, std::move(bad)));
  EXPECT_TRUE(goes_to_the_spool(panel, "good"));
  start();
  ASSERT_TRUE(log_.wait_for_events(1));
  EXPECT_EQ(arrived().count("good"), 1u);
  wait_for_answers(panel);
  ASSERT_EQ(refusals(), 1000u);
  EXPECT_EQ(refused_.begin()->second, errc::invalid_argument);
  stop(panel);
  auto left = client::spool::open(settings_.spool).value()->read_after(0, 1 << 20).value();
  for (auto& x : left)
    EXPECT_EQ(x.payload.find("bad"), std::string::npos);
}

TEST_F(spooled_panel_test, keeps_what_a_node_refuses_through_a_fault_of_its_own) {
  // Each of three entries is refused once, and one of them twice.
  for (auto code :
       {errc::storage_full, errc::storage_full, errc::storage_corrupt, errc::internal_error})
    faults_.push_back(fail(code, "it is the node's fault"));
  break_ingress("a");
  auto panel = connect(settings_);
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(goes_to_the_spool(panel, "a"));
  start();
  ASSERT_TRUE(log_.wait_for_events(3));
  EXPECT_EQ(refusals(), 0u);
}

TEST_F(spooled_panel_test, does_not_flood_a_node_whose_disk_is_full) {
  break_disk_until_try(errc::storage_full, 3);
  expect_no_flood();
}

TEST_F(spooled_panel_test, does_not_flood_a_node_whose_disk_fails) {
  break_disk_until_try(errc::storage_io, 2);
  expect_no_flood();
}

TEST_F(spooled_panel_test, does_not_delay_others_by_one_that_a_node_refuses_again_and_again) {
  faults_.assign(1000, fail(errc::storage_corrupt, "it is the node's fault"));
  break_ingress("a");
  auto panel = connect(settings_);
  EXPECT_TRUE(goes_to_the_spool(panel, "a"));
  start();
  wait_for_answers(panel);
  auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i)
    EXPECT_FALSE(goes_to_the_spool(panel, std::to_string(i)));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  EXPECT_EQ(refusals(), 0u);
}

TEST_F(spooled_panel_test, makes_way_for_others_where_a_node_refuses_all_that_may_be_under_way) {
  faults_.assign(1000, fail(errc::storage_corrupt, "it is the node's fault"));
  break_ingress("large");
  settings_.on_change = [this](const std::string& what) {
    std::lock_guard lock{mutex_};
    noted_.push_back(what);
  };
  auto panel = connect(settings_);
  for (int i = 0; i < 3; ++i) {
    auto one = events_with_ids({"large"});
    one.events[0].details = "{\"x\":\"" + std::string(1'000'000, 'x') + "\"}";
    auto reply = submit(panel, std::move(one));
    ASSERT_TRUE(reply) << reply.error().detail;
    EXPECT_TRUE(client::is_spooled(reply->receipts.at(0)));
  }
  EXPECT_TRUE(goes_to_the_spool(panel, "behind"));
  start();
  ASSERT_TRUE(log_.wait_for_events(1));
  EXPECT_FALSE(goes_to_the_spool(panel, "new"));
  EXPECT_EQ(arrived(), (std::map<std::string, int>{{"behind", 1}, {"new", 1}}));
  EXPECT_EQ(refusals(), 0u);
  stop(panel);
  std::lock_guard lock{mutex_};
  auto is_refusal
    = [](const std::string& x) { return x.find("node's fault") != std::string::npos; };
  EXPECT_EQ(std::count_if(noted_.begin(), noted_.end(), is_refusal), 3);
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

TEST_F(spooled_panel_test, gives_back_what_a_gate_could_not_read_and_goes_on) {
  // Older clients put such entries into their spools.
  std::vector<std::string> many;
  for (int i = 0; i < 10'001; ++i)
    many.push_back("e" + std::to_string(i));
  put_into_the_spool(link::to_wire(events_with_ids(many)));
  auto damaged = link::to_wire(events_with_ids({"first", "second"}));
  damaged.resize(damaged.size() - 10);
  put_into_the_spool(damaged);
  auto panel = connect(settings_);
  EXPECT_TRUE(goes_to_the_spool(panel, "good"));
  start();
  ASSERT_TRUE(log_.wait_for_events(1));
  EXPECT_EQ(arrived(), (std::map<std::string, int>{{"good", 1}}));
  wait_for_answers(panel);
  stop(panel);
  EXPECT_EQ(refused_.size(), 10'002u);
  EXPECT_EQ(refused_.count("e10000"), 1u);
  EXPECT_EQ(refused_.count("first"), 1u);
  EXPECT_EQ(refused_.begin()->second, errc::invalid_argument);
  for (auto& x : client::spool::open(settings_.spool).value()->read_after(0, 1 << 20).value())
    EXPECT_EQ(x.payload, link::to_wire(events_with_ids({"good"}))) << x.key;
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

TEST_F(spooled_panel_test, gives_back_what_a_frame_cannot_hold_and_goes_on) {
  // Older clients put such entries into their spools.
  auto large = events_with_ids({"large"});
  large.events[0].details = "{\"x\":\"" + std::string(1'100'000, 'x') + "\"}";
  put_into_the_spool(link::to_wire(large));
  auto panel = connect(settings_);
  EXPECT_TRUE(goes_to_the_spool(panel, "good"));
  start();
  ASSERT_TRUE(log_.wait_for_events(1));
  wait_for_answers(panel);
  stop(panel);
  EXPECT_EQ(arrived(), (std::map<std::string, int>{{"good", 1}}));
  ASSERT_EQ(refusals(), 1u);
  EXPECT_EQ(refused_.begin()->second, errc::invalid_argument);
  EXPECT_EQ(log_.count("peer connected"), 1u);
}

} // namespace

} // namespace tocsin::gate
