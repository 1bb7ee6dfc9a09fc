#pragma once

#include "tests/unit/channels/sample_events.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace tocsin::channels {

/// What one channel makes of a text.
struct shown_text {
  /// As the name of the service, behind `Deployment failed: `; nothing where only that is left.
  std::string title;
  std::string message;
};

/// One row of the table of nasty inputs: a text, and how it arrives at each provider, letter by
/// letter as it stands on the wire. The numbers are those of the reference for the channels.
struct nasty_row {
  std::string name;
  /// The text inside a JSON string, as the sender writes it.
  std::string title;
  std::string message;
  shown_text mail;
  /// The message in the HTML part.
  std::string html;
  shown_text slack;
  shown_text discord;
  shown_text telegram;
  /// The values in the event that a generic webhook gets.
  shown_text webhook;
  /// Whether the door refuses a name of that length; it is rendered all the same.
  bool is_refused = false;
};

inline void PrintTo(const nasty_row& x, std::ostream* out) {
  *out << x.name;
}

/// A row that every channel shows as it is.
inline nasty_row plain_row(std::string name, const std::string& json, const std::string& text) {
  shown_text shown{text, text};
  return {std::move(name), json, json, shown, text, shown, shown, shown, shown};
}

/// A row that has a meaning in HTML and at Slack and Telegram, where the same three characters are
/// escaped, and one of its own at Discord.
inline nasty_row markup_row(std::string name, const std::string& text, const std::string& escaped,
                            const std::string& discord) {
  shown_text as_is{text, text};
  shown_text entities{escaped, escaped};
  return {std::move(name),    text,     text, as_is, escaped, entities,
          {discord, discord}, entities, as_is};
}

/// A row about names alone.
inline nasty_row title_row(std::string name, std::string json, const std::string& title,
                           const std::string& discord, std::string webhook) {
  shown_text shown{title, "plain"};
  return {std::move(name),
          std::move(json),
          "plain",
          shown,
          "plain",
          shown,
          {discord, "plain"},
          shown,
          {std::move(webhook), "plain"}};
}

/// A row about messages alone, below the name `my-app`.
struct message_texts {
  std::string mail;
  std::string html;
  std::string slack;
  std::string discord;
  std::string telegram;
  std::string webhook;
};

inline nasty_row message_row(std::string name, std::string json, const message_texts& x) {
  return {std::move(name),
          "my-app",
          std::move(json),
          {"my-app", x.mail},
          x.html,
          {"my-app", x.slack},
          {"my-app", x.discord},
          {"my-app", x.telegram},
          {"my-app", x.webhook}};
}

inline std::vector<nasty_row> nasty_rows() {
  const std::string rocket = "\U0001F680";
  const std::string ellipsis = "\u2026";
  const std::string e_300 = repeated("é", 300);
  std::vector<nasty_row> rows{
    markup_row("01_mentions", "@everyone @here", "@everyone @here", R"(\@everyone \@here)"),
    markup_row("02_slack_mentions", "<!channel> <!here> <!subteam^S1>",
               "&lt;!channel&gt; &lt;!here&gt; &lt;!subteam^S1&gt;",
               R"(\<!channel> \<!here> \<!subteam^S1>)"),
    markup_row("03_ids", "<@U123> <@!1> <@&2> <#3>",
               "&lt;@U123&gt; &lt;@!1&gt; &lt;@&amp;2&gt; &lt;#3&gt;",
               R"(\<\@U123> \<\@!1> \<\@&2> \<#3>)"),
    markup_row("04_script", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;",
               R"(\<script>alert\(1\)\</script>)"),
    markup_row("05_entities", "Tom & Jerry &amp; &lt;", "Tom &amp; Jerry &amp;amp; &amp;lt;",
               "Tom & Jerry &amp; &lt;"),
    // Names are single lines from the door on.
    title_row("06_header_injection", R"(x\r\nBcc: evil@x)", "x  Bcc: evil@x", R"(x  Bcc: evil\@x)",
              "x  Bcc: evil@x"),
    message_row("08_smuggled_command", R"(\r\n.\r\nMAIL FROM:<x@y>)",
                {"\n.\nMAIL FROM:<x@y>", "<br>\n.<br>\nMAIL FROM:&lt;x@y&gt;",
                 "\n.\nMAIL FROM:&lt;x@y&gt;", "\n.\nMAIL FROM:\\<x\\@y>",
                 "\n.\nMAIL FROM:&lt;x@y&gt;", "\r\n.\r\nMAIL FROM:<x@y>"}),
    message_row("09_bare_line_ends", R"(a\n.\nb\rc)",
                {"a\n.\nbc", "a<br>\n.<br>\nbc", "a\n.\nbc", "a\n.\nbc", "a\n.\nbc", "a\n.\nb\rc"}),
    // Telegram has 4,096 units for all: 29 go to the headline, 67 to the facts.
    message_row("10_long_word", std::string(10'000, 'a'),
                {std::string(10'000, 'a'), std::string(10'000, 'a'),
                 std::string(2999, 'a') + ellipsis, std::string(4095, 'a') + ellipsis,
                 std::string(3999, 'a') + ellipsis, std::string(10'000, 'a')}),
    // Slack and Telegram count a rocket twice, Discord once.
    message_row("12_rockets", repeated(rocket, 6600),
                {repeated(rocket, 6600), repeated(rocket, 6600), repeated(rocket, 1499) + ellipsis,
                 repeated(rocket, 4095) + ellipsis, repeated(rocket, 1999) + ellipsis,
                 repeated(rocket, 6600)}),
    plain_row("15_no_utf_8", "\xc3\x28 \xed\xa0\x80 \xc0\xaf",
              "\ufffd( \ufffd\ufffd\ufffd \ufffd\ufffd"),
    plain_row("16_controls", R"(nul\u0000 \u001b[31m bel\u0007)", "nul [31m bel"),
    plain_row("16_bidi_overrides", R"(\u202eevil\u2066 \u0085x)", "evil x"),
    plain_row("18_right_to_left", "مرحبا 123 שלום", "مرحبا 123 שלום"),
    plain_row("19_marks", "*bold* _i_ ~s~ `c`", "*bold* _i_ ~s~ `c`"),
    markup_row("21_links", "[click](https://evil) <https://evil|ok>",
               "[click](https://evil) &lt;https://evil|ok&gt;",
               R"(\[click\]\(https://evil\) \<https://evil\|ok>)"),
    // The outcome stands above every message, so that no title is ever empty.
    title_row("23_empty_title", "", "", "", ""),
    title_row("23_blank_title", "   ", "", "", "   "),
    title_row("23_zero_width_title", R"(\u200b\u2060)", "", "", "\u200b\u2060"),
    // No name of 600 bytes gets in; the fields that carry it have room for 400 characters (mail),
    // 500 (Slack's `text`), 2,000 (Discord's `content`) and 300 with what stands before (Telegram).
    title_row("28_long_title", e_300, e_300, e_300, e_300),
    plain_row("29_placeholders", R"({{routing_key}} %s ${x})", "{{routing_key}} %s ${x}"),
    title_row("30_separators_in_title", R"(a\u2028b\u2029c)", "a b c", "a b c", "a b c"),
    message_row("30_separators_in_message", R"(a\u2028b\u2029c)",
                {"a\u2028b\u2029c", "a\u2028b\u2029c", "a\u2028b\u2029c", "a\u2028b\u2029c",
                 "a\u2028b\u2029c", "a\u2028b\u2029c"}),
    markup_row("32_commands", "/stop /start@bot t.me/x", "/stop /start@bot t.me/x",
               R"(/stop /start\@bot t.me/x)"),
  };
  for (auto& x : rows) {
    if (x.name == "15_no_utf_8")
      x.discord.title = x.discord.message = "\ufffd\\( \ufffd\ufffd\ufffd \ufffd\ufffd";
    if (x.name == "16_controls")
      x.discord.title = x.discord.message = R"(nul \[31m bel)";
    if (x.name == "19_marks") {
      x.discord.title = x.discord.message = R"(\*bold\* \_i\_ \~s\~ \`c\`)";
      x.slack.title = "\u200b*\u200bbold\u200b*\u200b \u200b_\u200bi\u200b_\u200b "
                      "\u200b~\u200bs\u200b~\u200b \u200b`\u200bc\u200b`\u200b";
    }
    if (x.name == "28_long_title") {
      x.is_refused = true;
      x.telegram.title = repeated("é", 280) + ellipsis;
    }
    if (x.name == "29_placeholders")
      x.discord.title = x.discord.message = R"({{routing\_key}} %s ${x})";
  }
  return rows;
}

/// One row about details: how each channel shows them, or a part of it, as it stands on the wire.
struct nasty_details_row {
  std::string name;
  /// JSON as the sender writes it.
  std::string details;
  /// In the text part of a mail.
  std::string mail;
  std::string slack;
  std::string discord;
  std::string telegram;
  /// In the body of a generic webhook.
  std::string webhook;
  /// Whether the door refuses details of that size; they are rendered all the same.
  bool is_refused = false;
};

inline void PrintTo(const nasty_details_row& x, std::ostream* out) {
  *out << x.name;
}

inline std::vector<nasty_details_row> nasty_details_rows() {
  const std::string ellipsis = "\u2026";
  auto slack = [](std::string_view label, std::string_view value) {
    return fmt::format(R"({{"type":"mrkdwn","verbatim":true,"text":"*{}*"}},)"
                       R"({{"type":"plain_text","emoji":false,"text":"{}"}})",
                       label, value);
  };
  auto discord = [](std::string_view label, std::string_view value, bool is_inline = true) {
    return fmt::format(R"({{"name":"{}","value":"{}"{}}})", label, value,
                       is_inline ? R"(,"inline":true)" : "");
  };
  std::string nested = "1";
  for (int i = 0; i < 50; ++i)
    nested = R"({"a":)" + nested + "}";
  std::string many = "{";
  for (int i = 0; i < 500; ++i)
    many += fmt::format(R"({}"k{}":"v")", i > 0 ? "," : "", i);
  many += '}';
  auto value_of = [](size_t size) { return std::string(size, 'x'); };
  auto odd = std::string{R"({"":1,"a":2,"a":3,"__proto__":4})"};
  return {
    {"22_script_urls", R"~({"url":"javascript:alert(1)","link":"data:text/html,<b>"})~",
     "URL:      javascript:alert(1)\nLink:     data:text/html,<b>\n",
     slack("URL", "javascript:alert(1)") + "," + slack("Link", "data:text/html,&lt;b&gt;"),
     discord("URL", R"(javascript:alert\\(1\\))") + ","
       + discord("Link", R"(data:text/html,\\<b>)"),
     "\n<b>URL</b>: javascript:alert(1)\n<b>Link</b>: data:text/html,&lt;b&gt;\n",
     R"~("details":{"url":"javascript:alert(1)","link":"data:text/html,<b>"})~"},
    {"24_nested_50_deep", nested, "\nA.a.a.a:  …\n", slack("A.a.a.a", ellipsis),
     discord("A.a.a.a", ellipsis), "\n<b>A.a.a.a</b>: …\n", R"("details":)" + nested + ","},
    // What does not fit is counted: 100 details become facts, Slack shows 40 facts, Discord 25.
    {"24_500_keys", many, "(400 more details not shown)\n",
     "Tocsin · deploy.failure · 463 more not shown", "Tocsin · deploy.failure · 478 more not shown",
     "\n<i>400 more not shown</i>", R"("details":)" + many + ","},
    {"24_1_megabyte", R"({"a":")" + value_of(1'000'000) + R"("})",
     "A:        " + value_of(1997) + ellipsis + "\n", slack("A", value_of(1997) + ellipsis),
     discord("A", value_of(1023) + ellipsis, false), "\n<b>A</b>: " + value_of(399) + ellipsis,
     R"("details":{"a":")" + value_of(1'000'000) + R"("},)", true},
    {"26_odd_keys", odd, "(no name): 1\nA:         2\nA:         3\n__proto__: 4\n",
     slack("(no name)", "1") + "," + slack("A", "2") + "," + slack("A", "3")
       + R"(]},{"type":"section","fields":[)"
       + slack("\u200b_\u200b\u200b_\u200bproto\u200b_\u200b\u200b_\u200b", "4"),
     discord(R"(\\(no name\\))", "1") + "," + discord("A", "2") + "," + discord("A", "3") + ","
       + discord(R"(\\_\\_proto\\_\\_)", "4"),
     "\n<b>(no name)</b>: 1\n<b>A</b>: 2\n<b>A</b>: 3\n<b>__proto__</b>: 4\n",
     R"("details":)" + odd + ","},
  };
}

} // namespace tocsin::channels
