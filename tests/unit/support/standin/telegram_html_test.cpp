#include "tests/support/standin/telegram_html.hpp"

#include <gtest/gtest.h>

namespace tocsin::standin {
namespace {

struct fault_row {
  std::string html;
  std::string message;
};

struct text_row {
  std::string html;
  std::string text;
  std::vector<text_entity> entities;
};

TEST(telegram_html, names_the_fault_and_its_byte_offset) {
  // The sentences and offsets are those of the Bot API server.
  const std::vector<fault_row> rows{
    {"🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"},
    {"🏟 🏟&lt;<abac aba>", "Unsupported start tag \"abac\" at byte offset 13"},
    {"a<br>b", "Unsupported start tag \"br\" at byte offset 1"},
    {"a < b", "Unsupported start tag \"\" at byte offset 2"},
    {"🏟 🏟&lt;<i   =aba>", "Empty attribute name in the tag \"i\" at byte offset 13"},
    {"🏟 🏟&lt;<i    aba>",
     "Expected equal sign in declaration of an attribute of the tag \"i\" at byte offset 13"},
    {"🏟 🏟&lt;<i    aba  =  ", "Unclosed start tag \"i\" at byte offset 13"},
    {"🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"},
    {"🏟 🏟&lt;<i    aba  =  \"&lt;&gt;&quot;>", "Unclosed start tag at byte offset 13"},
    {"🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"},
    {"🏟 🏟&lt;<b></b></", "Unexpected end tag at byte offset 20"},
    {"🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"},
    {"🏟 🏟&lt;<i>a</em   >",
     "Unmatched end tag at byte offset 17, expected \"</i>\", found \"</em>\""},
    {"<b><i>a</b></i>", "Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\""},
    {"<b>a", "Can't find end tag corresponding to start tag \"b\""},
    {"<b>a<i>b</i>", "Can't find end tag corresponding to start tag \"b\""},
    {"<span>a</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"},
    {"<script>alert(1)</script>", "Unsupported start tag \"script\" at byte offset 0"},
    {"&#57311;", "Text contains invalid Unicode characters after decoding HTML entities, check for "
                 "unmatched surrogate code units"},
  };
  for (const auto& row : rows) {
    auto parsed = parse_telegram_html(row.html);
    ASSERT_TRUE(std::holds_alternative<html_fault>(parsed)) << row.html;
    EXPECT_EQ(std::get<html_fault>(parsed).message, row.message) << row.html;
  }
}

TEST(telegram_html, resolves_tags_and_entities) {
  const std::vector<text_row> rows{
    {"", "", {}},
    {"&lt;&gt;&amp;&quot;&laquo;&apos;&nbsp;", "<>&\"&laquo;&apos;&nbsp;", {}},
    {"&#8364;&#x20ac;&#12345678;", "€€&#12345678;", {}},
    {"Tom &amp; Jerry &amp;amp; &amp;lt;", "Tom & Jerry &amp; &lt;", {}},
    {"Tom & Jerry", "Tom & Jerry", {}},
    {"🏟 🏟<i>🏟 &lt🏟</i>", "🏟 🏟🏟 <🏟", {{"italic", 5, 6, ""}}},
    {"🏟 🏟<i>🏟 &gt;<b aba   =   caba>&lt🏟</b></i>",
     "🏟 🏟🏟 ><🏟",
     {{"italic", 5, 7, ""}, {"bold", 9, 3, ""}}},
    {"<b>a</><strong>b</strong>", "ab", {{"bold", 0, 1, ""}, {"bold", 1, 1, ""}}},
    {"<U>a</u>", "a", {{"underline", 0, 1, ""}}},
    {"<b></b>", "", {}},
    {"<a href=\"https://example.org/?a=1&amp;b=2\">x</a>",
     "x",
     {{"text_link", 0, 1, "https://example.org/?a=1&b=2"}}},
    {"<a href='nowhere'>x</a>", "x", {}},
    {"<pre><code class=\"language-cpp\">x</code></pre>",
     "x",
     {{"code", 0, 1, "cpp"}, {"pre", 0, 1, ""}}},
    {"<blockquote expandable>x</blockquote>", "x", {{"blockquote", 0, 1, ""}}},
    {"<span class=\"tg-spoiler\">x</span>", "x", {{"spoiler", 0, 1, ""}}},
  };
  for (const auto& row : rows) {
    auto parsed = parse_telegram_html(row.html);
    ASSERT_TRUE(std::holds_alternative<formatted_text>(parsed))
      << row.html << ": " << std::get<html_fault>(parsed).message;
    const auto& text = std::get<formatted_text>(parsed);
    EXPECT_EQ(text.text, row.text) << row.html;
    EXPECT_EQ(text.entities, row.entities) << row.html;
  }
}

} // namespace
} // namespace tocsin::standin
