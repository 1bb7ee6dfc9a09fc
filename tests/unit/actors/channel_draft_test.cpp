#include "actors/registry/channel_draft.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace tocsin {

namespace {

TEST(channel_draft, is_examined_by_escaped_pointers) {
  channel x;
  x.name = "one";
  x.type = channel_type::slack;
  x.triggers["deploy/~"].to = {"ops@example.com"};
  std::vector<std::string> faults;
  for (auto& each : examine(x))
    faults.push_back(each.pointer + ' ' + each.code);
  EXPECT_THAT(faults, testing::ElementsAre("/triggers/deploy~1~0 unknown_event_type",
                                           "/triggers/deploy~1~0/to not_supported"));
}

} // namespace

} // namespace tocsin
