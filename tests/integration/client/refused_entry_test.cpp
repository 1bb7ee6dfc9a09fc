#include "link/wire.hpp"
#include "tests/integration/client/spooled_panel.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <vector>

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;

/// A panel whose spool a node refuses entries of.
class refused_entry_test : public spooled_panel {
protected:
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

  std::vector<std::string> noted_;
  /// Those that `break_ingress` has still to answer with; the ingress's own once it is started.
  std::vector<failure> faults_;
  /// What the ingress of `break_disk_until_try` counts.
  std::atomic<size_t> tries_{0};
  std::atomic<size_t> disk_refusals_{0};
};

TEST_F(refused_entry_test, tells_what_a_node_refuses_for_good_and_goes_on) {
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

TEST_F(refused_entry_test, keeps_what_a_node_refuses_through_a_fault_of_its_own) {
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

TEST_F(refused_entry_test, does_not_flood_a_node_whose_disk_is_full) {
  break_disk_until_try(errc::storage_full, 3);
  expect_no_flood();
}

TEST_F(refused_entry_test, does_not_flood_a_node_whose_disk_fails) {
  break_disk_until_try(errc::storage_io, 2);
  expect_no_flood();
}

TEST_F(refused_entry_test, does_not_delay_others_by_one_that_a_node_refuses_again_and_again) {
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

TEST_F(refused_entry_test, makes_way_for_others_where_a_node_refuses_all_that_may_be_under_way) {
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

} // namespace

} // namespace tocsin::gate
