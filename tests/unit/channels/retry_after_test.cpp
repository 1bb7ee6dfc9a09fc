#include "channels/retry_after.hpp"

#include <gtest/gtest.h>

namespace tocsin::channels {

namespace {

using namespace std::chrono_literals;

struct pause_case {
  const char* text;
  /// 0 for none.
  std::chrono::seconds expected;
};

class retry_after : public ::testing::TestWithParam<pause_case> {};

TEST_P(retry_after, is_read_and_clamped) {
  // Sun, 06 Nov 1994 08:49:37 GMT
  constexpr timestamp now{784111777s};
  auto read = parse_retry_after(GetParam().text, now);
  EXPECT_EQ(read.value_or(0s), GetParam().expected) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
  forms, retry_after,
  ::testing::Values(pause_case{"7", 7s}, pause_case{" 7 ", 7s}, pause_case{"0", 1s},
                    pause_case{"1.5", 2s}, pause_case{"0.001", 1s}, pause_case{"3600", 3600s},
                    pause_case{"999999", 3600s}, pause_case{"99999999999999999999999999", 3600s},
                    pause_case{"-5", 0s}, pause_case{"", 0s}, pause_case{"soon", 0s},
                    pause_case{"Soon", 0s}, pause_case{"7 seconds", 0s}, pause_case{"1.2.3", 0s},
                    pause_case{"Sun, 06 Nov 1994 08:50:07 GMT", 30s},
                    pause_case{"Sun, 06 Nov 1994 08:00:00 GMT", 1s},
                    pause_case{"Sunday, 06-Nov-94 08:50:07 GMT", 30s},
                    pause_case{"Sun Nov  6 08:50:07 1994", 30s},
                    pause_case{"Mon, 07 Nov 2094 08:50:07 GMT", 3600s}));

} // namespace

} // namespace tocsin::channels
