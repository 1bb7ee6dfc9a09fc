#include "channels/transport/wire.hpp"
#include "tests/unit/channels/sample_channels.hpp"
#include "tests/unit/channels/sample_events.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace tocsin::channels {

namespace {

std::string guide() {
  std::ostringstream result;
  result << std::ifstream{TOCSIN_CHANNEL_GUIDE}.rdbuf();
  return result.str();
}

class channel_guide : public ::testing::TestWithParam<channel_type> {};

TEST_P(channel_guide, shows_the_message_as_it_is) {
  auto channel = sample_channel(GetParam());
  auto event = sample_event();
  auto to = channel->destinations().front();
  auto request = channel
                   ->render({.id = *delivery_id::parse("01KMX00VJ0AW6K4PF4W75P6737"),
                             .event = event,
                             .destination = to,
                             .now = event.accepted_at})
                   .value();
  if (auto* http = std::get_if<http_request>(&request)) {
    EXPECT_THAT(guide(), ::testing::HasSubstr("```json\n" + http->body + "\n```\n"));
    return;
  }
  auto head = std::get<smtp_request>(request).message;
  head.resize(head.find("\r\n\r\n"));
  std::erase(head, '\r');
  EXPECT_THAT(guide(), ::testing::HasSubstr("```\n" + head + "\n"));
}

INSTANTIATE_TEST_SUITE_P(channels, channel_guide,
                         ::testing::Values(channel_type::email, channel_type::slack,
                                           channel_type::discord, channel_type::telegram,
                                           channel_type::webhook),
                         [](auto& instance) { return std::string{to_string(instance.param)}; });

TEST(channel_guide_page, tells_what_every_fault_of_the_wire_means) {
  auto text = guide();
  for (auto fault = wire_fault::unresolved; fault <= wire_fault::other;
       fault = static_cast<wire_fault>(static_cast<int>(fault) + 1)) {
    auto code = "`" + std::string{to_string(fault)} + "`";
    EXPECT_THAT(text, ::testing::HasSubstr(code));
  }
}

} // namespace

} // namespace tocsin::channels
