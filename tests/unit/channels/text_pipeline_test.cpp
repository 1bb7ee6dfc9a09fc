#include "channels/text_pipeline.hpp"
#include "tests/unit/channels/sample_events.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tocsin::channels {

namespace {

using enum text_unit;

TEST(text_pipeline, measures_in_the_unit_of_each_provider) {
  std::string_view text = "aé€\U0001F680";
  EXPECT_EQ(measure(text, bytes), 10u);
  EXPECT_EQ(measure(text, code_points), 4u);
  EXPECT_EQ(measure(text, utf16), 5u);
  EXPECT_EQ(measure("", utf16), 0u);
}

TEST(text_pipeline, leaves_what_fits_as_it_is) {
  EXPECT_EQ(cut("héllo", 5, code_points), "héllo");
  EXPECT_EQ(cut("héllo", 6, bytes), "héllo");
  EXPECT_EQ(cut("", 0, bytes), "");
}

TEST(text_pipeline, ends_what_it_cuts_with_an_ellipsis_within_the_limit) {
  EXPECT_EQ(cut("hello world", 6, code_points), "hello…");
  EXPECT_EQ(cut("hello world", 8, bytes), "hello…");
  EXPECT_EQ(cut("hello", 1, code_points), "…");
  EXPECT_EQ(cut("hello", 2, bytes), "");
}

TEST(text_pipeline, never_splits_a_surrogate_pair) {
  auto rockets = repeated("\U0001F680", 6600);
  auto result = cut(rockets, 4096, utf16);
  EXPECT_EQ(measure(result, utf16), 4095u);
  EXPECT_EQ(result, repeated("\U0001F680", 2047) + "…");
}

TEST(text_pipeline, cuts_on_a_grapheme_boundary) {
  // A family of four with its joiners is one character to people, seven code points to Unicode.
  std::string family = "\U0001F468\u200d\U0001F469\u200d\U0001F467\u200d\U0001F466";
  EXPECT_EQ(cut(family + family + "xyz", 14, code_points), family + "…");
  // A letter with two accents above it.
  EXPECT_EQ(cut("abce\u0301\u0302xyz", 5, code_points), "abc…");
  // A flag is two regional indicators.
  EXPECT_EQ(cut("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7x", 4, code_points),
            "\U0001F1E9\U0001F1EA…");
  EXPECT_EQ(cut("\r\n\r\nab", 4, code_points), "\r\n…");
}

TEST(text_pipeline, cuts_within_a_cluster_that_is_longer_than_the_limit) {
  auto zalgo = "e" + repeated("\u0301", 10'000);
  auto result = cut(zalgo, 100, code_points);
  EXPECT_EQ(measure(result, code_points), 100u);
}

TEST(text_pipeline, escapes_after_cutting_and_keeps_to_the_limit) {
  auto result = cut_escaped(repeated("&", 1000), 100, utf16, escape_entities);
  EXPECT_LE(measure(result, utf16), 100u);
  EXPECT_GE(measure(result, utf16), 90u);
  EXPECT_TRUE(result.ends_with("&amp;…")) << result;
  EXPECT_EQ(cut_escaped("a<b", 100, utf16, escape_entities), "a&lt;b");
  EXPECT_EQ(cut_escaped("&", 4, utf16, escape_entities), "");
}

TEST(text_pipeline, escapes_for_html_and_nothing_twice) {
  EXPECT_EQ(escape_html("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;");
  EXPECT_EQ(escape_html("Tom & Jerry &amp; &lt;"), "Tom &amp; Jerry &amp;amp; &amp;lt;");
  EXPECT_EQ(escape_html("a\"b'c"), "a&quot;b'c");
  EXPECT_EQ(escape_entities("<!channel> \"x\" & y"), "&lt;!channel&gt; \"x\" &amp; y");
}

TEST(text_pipeline, escapes_markdown_for_discord) {
  EXPECT_EQ(escape_discord("*bold* _i_ ~s~ `c`"), "\\*bold\\* \\_i\\_ \\~s\\~ \\`c\\`");
  EXPECT_EQ(escape_discord("<@!1> <@&2> <#3>"), "\\<\\@!1> \\<\\@&2> \\<#3>");
  EXPECT_EQ(escape_discord("[click](https://evil)"), "\\[click\\]\\(https://evil\\)");
  EXPECT_EQ(escape_discord("# big\n> quote\n- item\na - b"), "\\# big\n\\> quote\n\\- item\na - b");
  EXPECT_EQ(escape_discord(":smile: 14:30:00 https://x:8443/"),
            "\\:smile: 14:30:00 https://x:8443/");
  EXPECT_EQ(escape_discord("a\\b"), "a\\\\b");
}

TEST(text_pipeline, leaves_urls_for_discord_as_they_are) {
  for (auto url : {"https://x/a_b_c*d~e", "http://x/wiki/Foo_(bar)?q=[0#frag-ment",
                   "https://x/(a)_(b)", "https://user@host:8443/:smile:", "https://x/"})
    EXPECT_EQ(escape_discord(url), url);
  EXPECT_EQ(escape_discord("see (https://x/a_b) or *https://y/c_d* e_f"),
            "see \\(https://x/a_b\\) or \\*https://y/c_d* e\\_f");
  // Nothing that a URL may not contain goes on unescaped, nor what would make a link of another
  // text.
  EXPECT_EQ(escape_discord("[x](https://evil)"), "\\[x\\]\\(https://evil\\)");
  EXPECT_EQ(escape_discord("https://a[x](https://evil)"), "https://a[x\\](https://evil)");
  EXPECT_EQ(escape_discord("https://a<@1>"), "https://a\\<\\@1>");
  EXPECT_EQ(escape_discord("https://a\\<@1>"), "https://a\\\\\\<\\@1>");
  EXPECT_EQ(escape_discord("https://a|| `b`"), "https://a\\|\\| \\`b\\`");
  // Within a word it is no URL.
  EXPECT_EQ(escape_discord("xhttps://a_b"), "xhttps://a\\_b");
}

TEST(text_pipeline, puts_a_placeholder_where_nothing_can_be_seen) {
  EXPECT_EQ(or_placeholder("", "-"), "-");
  EXPECT_EQ(or_placeholder(" \n\t ", "-"), "-");
  EXPECT_EQ(or_placeholder("\u200b\u2060\ufeff\u00ad", "-"), "-");
  EXPECT_EQ(or_placeholder(" x", "-"), " x");
  EXPECT_EQ(or_placeholder("\U0001F680", "-"), "\U0001F680");
}

} // namespace

} // namespace tocsin::channels
