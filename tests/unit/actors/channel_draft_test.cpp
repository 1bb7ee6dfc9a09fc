#include "actors/registry/channel_draft.hpp"
#include "messages/object_limits.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> faults_of(const channel& x, const channel& before = {}) {
  std::vector<std::string> result;
  for (auto& each : examine(x, before, {}))
    result.push_back(each.pointer + ' ' + each.code);
  return result;
}

channel named(channel_type type) {
  channel result;
  result.name = "one";
  result.type = type;
  return result;
}

TEST(channel_draft, is_examined_by_escaped_pointers) {
  auto x = named(channel_type::slack);
  x.triggers["deploy/~"].to = {"ops@example.com"};
  EXPECT_THAT(faults_of(x), ElementsAre("/triggers/deploy~1~0 unknown_event_type",
                                        "/triggers/deploy~1~0/to not_supported"));
}

TEST(channel_draft, may_keep_what_names_an_event_type_that_was_removed) {
  auto before = named(channel_type::slack);
  before.triggers["invoice.overdue"].on = false;
  before.settings = R"({"templates":{"invoice.overdue":{"body":"x"},"*":{"body":"y"}}})";
  EXPECT_THAT(faults_of(before), ElementsAre("/triggers/invoice.overdue unknown_event_type",
                                             "/settings/templates/invoice.overdue "
                                             "unknown_event_type"));
  auto x = before;
  x.enabled = false;
  EXPECT_THAT(faults_of(x, before), IsEmpty());
  x.triggers["invoice.overdue"].on = true;
  x.settings = R"({"templates":{"invoice.overdue":{"body":"another"}}})";
  EXPECT_EQ(faults_of(x, before).size(), 2u);
}

TEST(channel_draft, sends_the_events_of_a_type_to_so_many_addresses_at_most) {
  auto x = named(channel_type::email);
  auto& to = x.triggers["deploy.failure"].to;
  for (size_t i = 0; i < max_trigger_addresses; ++i)
    to.push_back(std::to_string(i) + "@example.com");
  EXPECT_THAT(faults_of(x), IsEmpty());
  to.emplace_back("one-more@example.com");
  EXPECT_THAT(faults_of(x), ElementsAre("/triggers/deploy.failure/to too_many"));
  // One that is stored already hinders no other change.
  EXPECT_THAT(faults_of(x, x), IsEmpty());
}

TEST(channel_draft, of_a_customer_asks_no_more_of_the_service_than_its_own_settings) {
  auto x = named(channel_type::slack);
  x.delivery = {1s, 2s, 90 * 24h};
  EXPECT_THAT(faults_of(x), IsEmpty());
  auto of_admin = x;
  x.owner = {recipient_kind::customer, "acme"};
  auto refused = ElementsAre("/delivery/first_retry_seconds out_of_range",
                             "/delivery/max_retry_seconds out_of_range",
                             "/delivery/give_up_seconds out_of_range");
  ASSERT_THAT(faults_of(x), refused);
  // An admin's channel that is given to a customer.
  EXPECT_THAT(faults_of(x, of_admin), refused);
  EXPECT_EQ(
    examine(x, {}, {})[0].detail,
    "'first_retry_seconds' of a customer's channel takes at least 5, as the service is set");
  // What is stored already hinders no other change.
  EXPECT_THAT(faults_of(x, x), IsEmpty());
  x.delivery = {5s, 6h, 72h};
  EXPECT_THAT(faults_of(x), IsEmpty());
}

} // namespace

} // namespace tocsin
