#include "link/wire.hpp"
#include "tests/integration/client/spooled_panel.hpp"

namespace tocsin::gate {

namespace {

/// Entries that older clients put into their spools, and no gate takes.
using unreadable_entry_test = spooled_panel;

TEST_F(unreadable_entry_test, gives_back_what_a_gate_could_not_read_and_goes_on) {
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

TEST_F(unreadable_entry_test, gives_back_what_a_frame_cannot_hold_and_goes_on) {
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
