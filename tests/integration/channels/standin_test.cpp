#include "messages/event_catalogue.hpp"
#include "tests/integration/channels/standin_channel.hpp"
#include "tests/unit/channels/sample_events.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tocsin::channels {

namespace {

class against_the_standin : public ::testing::TestWithParam<channel_type> {
protected:
  void expect_delivered(const accepted_event& event, bool plain = false) {
    auto result = channel_.send(event, plain);
    EXPECT_EQ(to_string(result.kind), "delivered") << result.code << ' ' << result.text;
    for (auto& refused : channel_.providers.refused())
      ADD_FAILURE() << refused.reason;
    channel_.providers.clear();
  }

  standin_channel channel_{GetParam()};
};

TEST_P(against_the_standin, every_type_of_event_is_delivered) {
  auto event = sample_event();
  for (auto& type : event_catalogue()) {
    event.value.type = type.name;
    expect_delivered(event);
  }
}

TEST_P(against_the_standin, whatever_an_event_says_it_is_delivered) {
  for (auto& event : nasty_events()) {
    SCOPED_TRACE(event.value.message.substr(0, 40));
    expect_delivered(event);
  }
}

TEST_P(against_the_standin, whatever_an_event_says_its_plain_form_is_delivered) {
  for (auto& event : nasty_events()) {
    SCOPED_TRACE(event.value.message.substr(0, 40));
    expect_delivered(event, true);
  }
}

INSTANTIATE_TEST_SUITE_P(channels, against_the_standin,
                         ::testing::Values(channel_type::email, channel_type::slack,
                                           channel_type::discord, channel_type::telegram,
                                           channel_type::webhook),
                         [](auto& instance) { return std::string{to_string(instance.param)}; });

} // namespace

} // namespace tocsin::channels
