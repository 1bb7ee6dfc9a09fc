#include "tests/support/standin/script_book.hpp"
#include "tests/support/standin/signatures.hpp"
#include "tests/support/standin/smtp_session.hpp"
#include "tests/unit/support/standin/requests.hpp"

#include <gtest/gtest.h>

namespace tocsin::standin {
namespace {

using namespace std::string_literals;

/// Remembers what a session reports, and scripts what it is to do.
struct listening_host : smtp_host {
  std::optional<scripted_reply> scripted(smtp_stage stage, std::string_view line) override {
    return scripts.take("email", "test", stage, line);
  }
  std::uint64_t accept(smtp_mail mail) override {
    accepted.push_back(std::move(mail));
    return accepted.size();
  }
  void refuse(smtp_mail, smtp_reply answer, std::string, bool) override {
    refused.push_back(answer.code);
  }

  script_book scripts;
  std::vector<smtp_mail> accepted;
  std::vector<int> refused;
};

class smtp_session_test : public testing::Test {
protected:
  /// A conversation on a listener that is encrypted from the start or not.
  smtp_session& open(std::string name, bool tls) {
    policy_.name = name;
    policy_.offers_starttls = name == "starttls";
    policy_.needs_tls = name == "starttls";
    policy_.needs_auth = name != "plain";
    policy_.user = "u";
    policy_.password = "p";
    session_.emplace(policy_, host_, tls);
    step_ = session_->greet();
    return *session_;
  }

  /// Sends `text` and returns the code of the last reply; 0 if there was none.
  int say(std::string_view text) {
    step_ = session_->consume(text);
    auto end = step_.output.rfind("\r\n", step_.output.size() - 3);
    if (step_.output.empty())
      return 0;
    return std::stoi(step_.output.substr(end == std::string::npos ? 0 : end + 2));
  }

  /// Brings a plain conversation to the point where the message is expected.
  void open_message(std::string_view parameters = "") {
    open("plain", false);
    ASSERT_EQ(say("EHLO me\r\n"), 250);
    ASSERT_EQ(say("MAIL FROM:<a@b.c>" + std::string{parameters} + "\r\n"), 250);
    ASSERT_EQ(say("RCPT TO:<d@e.f>\r\n"), 250);
    ASSERT_EQ(say("DATA\r\n"), 354);
  }

  bool offers(std::string_view capability) const {
    return step_.output.find(capability) != std::string::npos;
  }

  static inline const std::string header
    = "Date: Thu, 1 Jan 2026 00:00:00 +0000\r\nFrom: a@b.c\r\n\r\n";

  listening_host host_;
  smtp_policy policy_;
  std::optional<smtp_session> session_;
  smtp_step step_;
};

TEST_F(smtp_session_test, takes_a_mail_over_starttls_with_auth) {
  auto& session = open("starttls", false);
  EXPECT_TRUE(step_.output.starts_with("220 "));
  EXPECT_EQ(say("EHLO me\r\n"), 250);
  EXPECT_TRUE(offers("STARTTLS"));
  EXPECT_FALSE(offers("AUTH"));
  EXPECT_EQ(say("STARTTLS\r\n"), 220);
  EXPECT_EQ(step_.next, smtp_next::start_tls);
  session.tls_started();
  EXPECT_EQ(say("MAIL FROM:<a@b.c>\r\n"), 503) << "EHLO has to come again";
  EXPECT_EQ(say("EHLO me\r\n"), 250);
  EXPECT_TRUE(offers("AUTH PLAIN LOGIN"));
  EXPECT_FALSE(offers("STARTTLS"));
  EXPECT_EQ(say("MAIL FROM:<a@b.c>\r\n"), 530) << "AUTH has to come first";
  EXPECT_EQ(say("AUTH PLAIN " + encode_base64("\0u\0p"s) + "\r\n"), 235);
  EXPECT_EQ(say("MAIL FROM:<a@b.c> SIZE=100\r\nRCPT TO:<d@e.f>\r\nRCPT TO:<g@h.i>\r\nDATA\r\n"),
            354);
  EXPECT_EQ(say(header + "hello\r\n..dot\r\n"), 0);
  EXPECT_EQ(say(".\r\n"), 250);
  ASSERT_EQ(host_.accepted.size(), 1u);
  const auto& mail = host_.accepted[0];
  EXPECT_EQ(mail.message, header + "hello\r\n.dot\r\n");
  EXPECT_EQ(mail.envelope.from, "a@b.c");
  EXPECT_EQ(mail.envelope.recipients, (std::vector<std::string>{"d@e.f", "g@h.i"}));
  EXPECT_EQ(mail.envelope.user, "u");
  EXPECT_TRUE(mail.tls);
  EXPECT_EQ(say("QUIT\r\n"), 221);
  EXPECT_EQ(step_.next, smtp_next::close);
}

TEST_F(smtp_session_test, refuses_auth_and_mail_before_tls) {
  open("starttls", false);
  EXPECT_EQ(say("AUTH PLAIN\r\n"), 503);
  EXPECT_EQ(say("EHLO me\r\n"), 250);
  EXPECT_EQ(say("AUTH PLAIN AHUAcA==\r\n"), 538);
  EXPECT_EQ(say("MAIL FROM:<a@b.c>\r\n"), 530);
  EXPECT_EQ(host_.refused, (std::vector<int>{503, 538, 530}));
}

TEST_F(smtp_session_test, refuses_commands_smuggled_behind_starttls) {
  open("starttls", false);
  say("EHLO me\r\n");
  EXPECT_EQ(say("STARTTLS\r\nEHLO evil\r\n"), 421);
  EXPECT_EQ(step_.next, smtp_next::close);
}

TEST_F(smtp_session_test, checks_credentials_in_plain_and_login) {
  open("tls", true);
  say("EHLO me\r\n");
  EXPECT_EQ(say("AUTH CRAM-MD5\r\n"), 504);
  EXPECT_EQ(say("AUTH PLAIN " + encode_base64("\0u\0wrong"s) + "\r\n"), 535);
  EXPECT_EQ(say("AUTH PLAIN !!!\r\n"), 501);
  EXPECT_EQ(say("AUTH PLAIN\r\n"), 334);
  EXPECT_EQ(say("*\r\n"), 501);
  EXPECT_EQ(say("AUTH LOGIN\r\n"), 334);
  EXPECT_EQ(step_.output, "334 VXNlcm5hbWU6\r\n");
  EXPECT_EQ(say(encode_base64("u") + "\r\n"), 334);
  EXPECT_EQ(step_.output, "334 UGFzc3dvcmQ6\r\n");
  EXPECT_EQ(say(encode_base64("p") + "\r\n"), 235);
  EXPECT_EQ(say("AUTH PLAIN AHUAcA==\r\n"), 503);
}

TEST_F(smtp_session_test, keeps_the_order_of_commands) {
  open("plain", false);
  EXPECT_EQ(say("MAIL FROM:<a@b.c>\r\n"), 503);
  EXPECT_EQ(say("EHLO\r\n"), 501);
  EXPECT_EQ(say("EHLO me\r\n"), 250);
  EXPECT_EQ(say("RCPT TO:<d@e.f>\r\n"), 503);
  EXPECT_EQ(say("DATA\r\n"), 503);
  EXPECT_EQ(say("MAIL FROM:<a@b.c>\r\n"), 250);
  EXPECT_EQ(say("MAIL FROM:<a@b.c>\r\n"), 503);
  EXPECT_EQ(say("DATA\r\n"), 554);
  EXPECT_EQ(say("RSET\r\n"), 250);
  EXPECT_EQ(say("RCPT TO:<d@e.f>\r\n"), 503);
  EXPECT_EQ(say("STARTTLS\r\n"), 502);
  EXPECT_EQ(say("BDAT 1\r\n"), 502);
  EXPECT_EQ(say("NONSENSE\r\n"), 500);
  EXPECT_EQ(say("NOOP\r\n"), 250);
}

TEST_F(smtp_session_test, checks_paths_and_parameters) {
  struct line_row {
    std::string line;
    int code;
  };
  for (const auto& row : std::vector<line_row>{{"MAIL FROM:<>", 250},
                                               {"MAIL FROM:<\"a b\"@b.c>", 250},
                                               {"MAIL FROM:<a@b.c> BODY=8BITMIME SMTPUTF8", 250},
                                               {"MAIL FROM:<" + times(64, "l") + "@b.c>", 250},
                                               {"MAIL FROM:<" + times(65, "l") + "@b.c>", 501},
                                               {"MAIL FROM:<a@" + times(255, "d") + ">", 250},
                                               {"MAIL FROM:<a@" + times(256, "d") + ">", 501},
                                               {"MAIL FROM: <a@b.c>", 501},
                                               {"MAIL FROM:a@b.c", 501},
                                               {"MAIL FROM:<a b@c.d>", 501},
                                               {"MAIL FROM:<a..b@c.d>", 501},
                                               {"MAIL FROM:<ä@b.c>", 501},
                                               {"MAIL FROM:<ä@b.c> SMTPUTF8", 250},
                                               {"MAIL FROM:<a@b.c> SIZE=10485760", 250},
                                               {"MAIL FROM:<a@b.c> SIZE=10485761", 552},
                                               {"MAIL FROM:<a@b.c> SIZE=x", 501},
                                               {"MAIL FROM:<a@b.c> RET=HDRS", 555},
                                               {"MAIL FROM:<a@b.c>x", 501}}) {
    open("plain", false);
    say("EHLO me\r\n");
    EXPECT_EQ(say(row.line + "\r\n"), row.code) << row.line;
  }
}

TEST_F(smtp_session_test, takes_a_hundred_recipients) {
  open("plain", false);
  say("EHLO me\r\nMAIL FROM:<a@b.c>\r\n");
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(say("RCPT TO:<d@e.f>\r\n"), 250);
  EXPECT_EQ(say("RCPT TO:<d@e.f>\r\n"), 452);
}

TEST_F(smtp_session_test, refuses_bare_line_feeds_and_long_lines_in_commands) {
  open("plain", false);
  EXPECT_EQ(say("EHLO " + times(505, "m") + "\r\n"), 250);
  EXPECT_EQ(say("EHLO " + times(506, "m") + "\r\n"), 500);
  EXPECT_EQ(say("NOOP\n"), 421);
  EXPECT_EQ(step_.next, smtp_next::close);
}

TEST_F(smtp_session_test, judges_the_lines_of_a_message) {
  struct message_row {
    std::string body;
    int code;
    std::string parameters;
  };
  for (const auto& row : std::vector<message_row>{{times(998, "a"), 250, ""},
                                                  {times(999, "a"), 550, ""},
                                                  {"..", 250, ""},
                                                  {".MAIL", 550, ""},
                                                  {"..MAIL", 250, ""},
                                                  {"a\n.\nb", 550, ""},
                                                  {"a\nb", 550, ""},
                                                  {"a\rb", 550, ""},
                                                  {"a\0b"s, 550, ""},
                                                  {"\xC3\xA9", 550, ""},
                                                  {"\xC3\xA9", 250, " BODY=8BITMIME"}}) {
    open_message(row.parameters);
    EXPECT_EQ(say(header + row.body + "\r\n.\r\n"), row.code) << row.body.substr(0, 20);
  }
}

TEST_F(smtp_session_test, ends_a_message_only_at_the_exact_mark) {
  for (std::string mark : {"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r"}) {
    open_message();
    EXPECT_EQ(say(header + "a" + mark + "MAIL FROM:<evil@x>\r\n"), 0) << mark;
    EXPECT_EQ(say("\r\n.\r\n"), 550);
    EXPECT_TRUE(host_.accepted.empty());
  }
}

TEST_F(smtp_session_test, takes_a_message_in_single_bytes) {
  open_message();
  auto text = header + "a\r\n..\r\n.\r\n";
  for (std::size_t i = 0; i + 1 < text.size(); ++i)
    ASSERT_EQ(say(text.substr(i, 1)), 0) << i;
  EXPECT_EQ(say(text.substr(text.size() - 1)), 250);
  EXPECT_EQ(host_.accepted.at(0).message, header + "a\r\n.\r\n");
}

TEST_F(smtp_session_test, refuses_a_message_above_its_size) {
  policy_.max_message_bytes = header.size() + 3;
  open_message();
  EXPECT_EQ(say(header + "a\r\n.\r\n"), 250);
  open_message();
  EXPECT_EQ(say(header + "ab\r\n.\r\n"), 552);
}

TEST_F(smtp_session_test, refuses_a_message_without_date_or_from) {
  open_message();
  EXPECT_EQ(say("Subject: a\r\n\r\na\r\n.\r\n"), 554);
}

TEST_F(smtp_session_test, takes_the_next_mail_without_another_greeting) {
  open_message();
  EXPECT_EQ(say(header + "\r\n.\r\n"), 250);
  EXPECT_EQ(say("MAIL FROM:<a@b.c>\r\n"), 250);
}

struct stage_row {
  smtp_stage stage;
  std::string line;
};

/// The lines of one mail and the stages they pass.
const std::vector<stage_row> stages{{smtp_stage::ehlo, "EHLO me\r\n"},
                                    {smtp_stage::auth, "AUTH PLAIN AHUAcA==\r\n"},
                                    {smtp_stage::mail, "MAIL FROM:<a@b.c>\r\n"},
                                    {smtp_stage::rcpt, "RCPT TO:<d@e.f>\r\n"},
                                    {smtp_stage::data, "DATA\r\n"},
                                    {smtp_stage::end_of_data, "\r\n.\r\n"}};

TEST_F(smtp_session_test, gives_the_scripted_code_at_every_stage) {
  for (const auto& wanted : stages) {
    open("tls", true);
    host_.scripts.add("email", smtp_answer(wanted.stage, 451, "4.3.0 first\nsecond"));
    for (const auto& row : stages) {
      auto code = say(row.line);
      if (row.stage != wanted.stage)
        continue;
      EXPECT_EQ(code, 451) << to_string(wanted.stage);
      EXPECT_EQ(step_.output, "451-4.3.0 first\r\n451 second\r\n");
      break;
    }
  }
  EXPECT_TRUE(host_.accepted.empty());
}

TEST_F(smtp_session_test, drops_or_hangs_at_every_stage) {
  for (const auto& wanted : stages) {
    for (auto [script, next] : {std::pair{smtp_closed(wanted.stage), smtp_next::close},
                                {smtp_stalled(wanted.stage), smtp_next::stall}}) {
      open("tls", true);
      host_.scripts.add("email", script);
      for (const auto& row : stages) {
        say(row.line);
        if (row.stage != wanted.stage)
          continue;
        EXPECT_EQ(step_.next, next) << to_string(wanted.stage);
        EXPECT_TRUE(step_.output.empty());
        break;
      }
    }
  }
}

TEST_F(smtp_session_test, greets_with_the_scripted_code_and_leaves) {
  host_.scripts.add("email", smtp_answer(smtp_stage::greeting, 554, "5.7.1 no"));
  open("plain", false);
  EXPECT_EQ(step_.output, "554 5.7.1 no\r\n");
  EXPECT_EQ(step_.next, smtp_next::close);
}

TEST_F(smtp_session_test, can_record_a_mail_and_still_drop_the_connection) {
  open_message();
  host_.scripts.add("email", smtp_closed(smtp_stage::end_of_data).after_accepting());
  EXPECT_EQ(say(header + "\r\n.\r\n"), 0);
  EXPECT_EQ(step_.next, smtp_next::close);
  EXPECT_EQ(host_.accepted.size(), 1u);
}

TEST_F(smtp_session_test, hangs_after_data_began) {
  open_message();
  host_.scripts.add("email", smtp_stalled(smtp_stage::message));
  EXPECT_EQ(say("Date"), 0);
  EXPECT_EQ(step_.next, smtp_next::stall);
}

TEST_F(smtp_session_test, hides_what_the_script_says) {
  host_.scripts.add("email", no_starttls());
  open("starttls", false);
  EXPECT_EQ(say("EHLO me\r\n"), 250);
  EXPECT_FALSE(offers("STARTTLS"));
  EXPECT_EQ(say("STARTTLS\r\n"), 502);
  host_.scripts.clear();
  host_.scripts.add("email", no_auth());
  open("plain", false);
  EXPECT_EQ(say("EHLO me\r\n"), 250);
  EXPECT_FALSE(offers("AUTH"));
  EXPECT_EQ(say("AUTH PLAIN AHUAcA==\r\n"), 502);
}

TEST_F(smtp_session_test, scripts_apply_to_matching_lines_only) {
  host_.scripts.add("email", smtp_answer(smtp_stage::rcpt, 550).matching("<bad@"));
  open("plain", false);
  say("EHLO me\r\nMAIL FROM:<a@b.c>\r\n");
  EXPECT_EQ(say("RCPT TO:<good@e.f>\r\n"), 250);
  EXPECT_EQ(say("RCPT TO:<bad@e.f>\r\n"), 550);
  EXPECT_EQ(say("RCPT TO:<bad@e.f>\r\n"), 250);
}

TEST_F(smtp_session_test, announces_the_idle_goodbye_after_a_mail) {
  host_.scripts.add("email", idle_421());
  open_message();
  EXPECT_FALSE(step_.when_idle);
  EXPECT_EQ(say(header + "\r\n.\r\n"), 250);
  ASSERT_TRUE(step_.when_idle);
  EXPECT_EQ(step_.when_idle->status, 421);
}

} // namespace
} // namespace tocsin::standin
