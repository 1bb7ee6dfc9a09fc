#include "messages/custom_event_type.hpp"
#include "policy/event_rules.hpp"

#include <gmock/gmock.h>

namespace tocsin::policy {

namespace {

const auto now = *parse_rfc3339("2026-03-29T12:00:00.123Z");

event good() {
  return {"", "deploy.failure", "my-app", "acme", "2026-03-29T12:00:00Z", "it broke", ""};
}

std::vector<std::string> faults(event x, std::string_view prefix = "") {
  std::vector<std::string> result;
  for (auto& fault : admit_event(x, now, prefix))
    result.push_back(fault.pointer + " " + fault.code);
  return result;
}

TEST(event_rules, admit_a_good_event_as_it_is) {
  auto x = good();
  EXPECT_TRUE(admit_event(x, now, "").empty());
  EXPECT_EQ(x, good());
}

TEST(event_rules, fill_in_the_time_of_acceptance_in_whole_seconds) {
  auto x = good();
  x.timestamp.clear();
  EXPECT_TRUE(admit_event(x, now, "").empty());
  EXPECT_EQ(x.timestamp, "2026-03-29T12:00:00Z");
}

TEST(event_rules, name_every_fault_below_the_given_place) {
  auto x = good();
  x.type = "deploy.maybe";
  x.message = " \n";
  x.timestamp = "yesterday";
  x.id = "two words";
  EXPECT_THAT(faults(x, "/3"),
              testing::ElementsAre("/3/event unknown_event_type", "/3/message required",
                                   "/3/timestamp wrong_format", "/3/id wrong_format"));
}

TEST(event_rules, name_a_bounded_number_of_the_known_types) {
  std::vector<custom_event_type> types(max_custom_event_types);
  for (size_t i = 0; i < types.size(); ++i)
    types[i].name = "custom." + std::to_string(100 + i);
  publish_custom_event_types(types);
  auto x = good();
  x.type = "deploy.maybe";
  auto found = admit_event(x, now, "");
  publish_custom_event_types({});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].detail, testing::HasSubstr("the known ones are deploy.success, "));
  EXPECT_THAT(found[0].detail, testing::HasSubstr("custom.100, "));
  EXPECT_THAT(found[0].detail, testing::EndsWith(" more"));
  EXPECT_LT(found[0].detail.size(), 1024u);
}

TEST(event_rules, keep_the_test_type_for_send_test) {
  auto x = good();
  x.type = "test";
  EXPECT_THAT(faults(x), testing::ElementsAre("/event unknown_event_type"));
}

TEST(event_rules, keep_the_own_types_for_the_service) {
  auto x = good();
  for (auto type : {"channel.disabled", "channel.anything"}) {
    x.type = type;
    EXPECT_THAT(faults(x), testing::ElementsAre("/event reserved"));
  }
}

TEST(event_rules, limit_every_text) {
  auto x = good();
  x.id.assign(max_id_bytes + 1, 'a');
  x.service.assign(max_name_bytes + 1, 'a');
  x.customer.assign(max_name_bytes + 1, 'a');
  x.message.assign(max_message_bytes + 1, 'a');
  x.details.assign(max_details_bytes + 1, 'a');
  EXPECT_EQ(faults(x).size(), 5u);
  x = good();
  x.service.assign(max_name_bytes, 'a');
  x.message.assign(max_message_bytes, 'a');
  EXPECT_TRUE(faults(x).empty());
}

TEST(event_rules, make_names_single_lines) {
  auto x = good();
  x.service = "my-app\r\nBcc: evil@x";
  EXPECT_TRUE(admit_event(x, now, "").empty());
  EXPECT_EQ(x.service, "my-app  Bcc: evil@x");
}

TEST(event_rules, repair_every_text) {
  auto x = good();
  x.id = "i\x1b";
  x.service = std::string{"my\0-\xC3(", 6};
  x.customer = "\xE2\x80\xAE"
               "acme\x07";
  x.timestamp += '\x7f';
  x.message = std::string{"a\0\x1b[31mb\xFF\r\n\rc", 13};
  EXPECT_TRUE(admit_event(x, now, "").empty());
  EXPECT_EQ(x.id, "i");
  EXPECT_EQ(x.service, "my-\ufffd(");
  EXPECT_EQ(x.customer, "acme");
  EXPECT_EQ(x.timestamp, good().timestamp);
  EXPECT_EQ(x.message, "a[31mb\ufffd\r\n\rc");
}

TEST(event_rules, ask_for_a_message_that_is_more_than_line_breaks) {
  auto x = good();
  x.message = "\r\n \r";
  EXPECT_THAT(faults(x), testing::ElementsAre("/message required"));
}

TEST(event_rules, take_printable_idempotency_keys) {
  EXPECT_TRUE(is_idempotency_key("order 17"));
  EXPECT_FALSE(is_idempotency_key(""));
  EXPECT_FALSE(is_idempotency_key("a\nb"));
  EXPECT_FALSE(is_idempotency_key(std::string(201, 'a')));
}

} // namespace

} // namespace tocsin::policy
