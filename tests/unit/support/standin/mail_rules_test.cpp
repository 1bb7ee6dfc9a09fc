#include "tests/support/standin/mail_rules.hpp"
#include "tests/unit/support/standin/requests.hpp"

#include <gtest/gtest.h>

namespace tocsin::standin {
namespace {

TEST(mail_rules, judge_the_header_block) {
  struct header_row {
    std::string extra;
    bool fine;
  };
  // The first 47 é of an encoded word of exactly 75 characters, in base64.
  const auto word
    = [](std::size_t bytes) { return "=?UTF-8?B?" + times(bytes, "w6nDqcOp") + "?="; };
  for (const auto& row : std::vector<header_row>{{"", true},
                                                 {"Subject: a\r\n b\r\n", true},
                                                 {"X-Any: 1\r\nX-Any: 2\r\n", true},
                                                 {"Subject: =?utf-8?Q?caf=C3=A9_x?=\r\n", true},
                                                 {"Subject: " + word(7) + "\r\n", false},
                                                 {"Subject:\r\n " + word(7) + "\r\n", true},
                                                 {"Subject: " + word(6) + "\r\n", true},
                                                 {"X: " + word(8) + "\r\n", false},
                                                 {"Subject: =?utf-8?Q?caf=C3?=\r\n", false},
                                                 {"Subject: =?utf-8?Q?=A9x?=\r\n", false},
                                                 {"Subject: =?utf-8?B?!!!!?=\r\n", false},
                                                 {"Subject: =?utf-8?Q?=4?=\r\n", false},
                                                 {"Subject: a\r\nSubject: b\r\n", false},
                                                 {"From: x@y.z\r\n", false},
                                                 {"no colon here\r\n", false},
                                                 {"Bad Name: x\r\n", false},
                                                 {"Subject: a\r\n  \r\n", false}}) {
    auto f = check_mail_message("Date: Thu, 1 Jan 2026 00:00:00 +0000\r\nFrom: a@b.c\r\n"
                                + row.extra + "\r\nbody\r\n");
    EXPECT_EQ(!f, row.fine) << row.extra << f.value_or("");
  }
}

TEST(mail_rules, want_date_and_from) {
  EXPECT_TRUE(check_mail_message("From: a@b.c\r\n\r\n"));
  EXPECT_TRUE(check_mail_message("Date: x\r\n\r\n"));
  EXPECT_TRUE(check_mail_message(" Date: x\r\nFrom: a\r\n\r\n"));
  EXPECT_TRUE(check_mail_message(""));
}

} // namespace
} // namespace tocsin::standin
