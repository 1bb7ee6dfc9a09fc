#include "channels/secret_text.hpp"
#include "tests/unit/channels/sample_events.hpp"
#include "tests/unit/channels/sample_replies.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace tocsin::channels {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A webhook whose headers have `values`.
std::unique_ptr<adapter> webhook_with_headers(const std::vector<std::string>& values) {
  std::string headers;
  for (size_t i = 0; i < values.size(); ++i)
    headers += fmt::format(R"({}"X-Key-{}":"{}")", i == 0 ? "" : ",", i, values[i]);
  return make_adapter(channel_type::webhook,
                      fmt::format(R"({{"url":"https://example.com/","headers":{{{}}}}})", headers))
    .value();
}

TEST(hidden_secrets, leave_the_rest_as_it_is) {
  EXPECT_EQ(hide_secrets("", {"abcd"}), "");
  EXPECT_EQ(hide_secrets("nothing in it", {"abcd", "", "in"}), "nothing in it");
  EXPECT_EQ(hide_secrets("abcd and abcd", {"abcd"}), "[redacted] and [redacted]");
  EXPECT_EQ(hide_secrets("ababac", {"abac"}), "ab[redacted]");
}

TEST(hidden_secrets, are_not_looked_for_in_what_hides_them) {
  EXPECT_EQ(hide_secrets("<abcd>", {"abcd", "reda", "cted", "[redacted]"}), "<[redacted]>");
  EXPECT_EQ(hide_secrets("<reda>", {"reda", "cted"}), "<[redacted]>");
}

TEST(hidden_secrets, may_overlap_or_lie_within_each_other) {
  for (auto& order : std::vector<std::vector<std::string>>{{"abcd", "cdefgh"}, {"cdefgh", "abcd"}})
    EXPECT_EQ(hide_secrets("<abcdefgh>", order), "<[redacted]>");
  EXPECT_EQ(hide_secrets("<abcdefgh> <cdef>", {"cdef", "abcdefgh"}), "<[redacted]> <[redacted]>");
  EXPECT_EQ(hide_secrets("<aaaaaa>", {"aaaa"}), "<[redacted]>");
}

TEST(hidden_secrets, are_not_shown_in_part_where_the_text_is_cut) {
  EXPECT_EQ(hide_secrets("12345678abcdef", {"abcdef"}, 10), "12345678[redacted]");
  EXPECT_EQ(hide_secrets("12345678abcdef", {"abcdef"}, 8), "12345678");
}

// Each header would find more of itself in the marks that the one before it left.
TEST(hidden_secrets, make_no_text_grow_without_end) {
  std::vector<std::string> values;
  for (size_t i = 0; i < 20; ++i)
    values.emplace_back(i % 2 == 0 ? "reda" : "cted");
  auto channel = webhook_with_headers(values);
  for (std::string_view body : {"reda", "reda ", "redacted"}) {
    auto text
      = channel->classify(http_reply(500, repeated(body, echo_reply_bytes / body.size()))).text;
    EXPECT_LE(text.size(), 500u);
    EXPECT_THAT(text, ::testing::StartsWith("[redacted]"));
    EXPECT_THAT(text, Not(HasSubstr("[[")));
  }
}

TEST(hidden_secrets, do_not_show_behind_the_end_of_an_outcome) {
  // The first is twelve times as long as its mark, so that much is looked at for 500 bytes.
  auto secret = repeated("s3cr3t", 20);
  auto channel = webhook_with_headers({secret});
  auto text = channel->classify(http_reply(500, repeated(secret + ' ', 500))).text;
  EXPECT_THAT(text, ::testing::StartsWith("[redacted] [redacted]"));
  EXPECT_THAT(text, Not(HasSubstr("s3c")));
}

TEST(hidden_secrets, leave_a_preview_readable) {
  auto event = sample_event();
  event.value.message = "reda and cted";
  auto shown = webhook_with_headers({"reda", "cted"})->preview({{}, event, "", {}}).value();
  EXPECT_THAT(shown.body, HasSubstr(R"("message":"[redacted] and [redacted]")"));
}

TEST(hidden_secrets, may_repeat_themselves) {
  std::string text(64 * 1024, 'a');
  EXPECT_EQ(hide_secrets(text, {std::string(4095, 'a') + 'b'}), text);
  EXPECT_EQ(hide_secrets(text, {std::string(4096, 'a')}), "[redacted]");
}

} // namespace

} // namespace tocsin::channels
