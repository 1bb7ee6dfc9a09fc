#include "channels/mail_address.hpp"
#include "channels/mime.hpp"
#include "channels/signature.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tocsin::channels {

namespace {

TEST(mail_address, is_read_with_and_without_a_name) {
  auto plain = parse_mailbox(" a.b+c@example.com ");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->address, "a.b+c@example.com");
  EXPECT_EQ(plain->name, "");
  EXPECT_EQ(plain->domain(), "example.com");
  auto named = parse_mailbox("\"Ops, \\\"night\\\"\" <ops@example.com>");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->name, "Ops, \"night\"");
  EXPECT_EQ(named->address, "ops@example.com");
  EXPECT_EQ(parse_mailbox("Büro <x@müller.example>")->address, "x@xn--mller-kva.example");
  EXPECT_EQ(parse_mailbox("root@localhost")->address, "root@localhost");
}

class bad_address : public ::testing::TestWithParam<std::string> {};

TEST_P(bad_address, is_refused) {
  EXPECT_FALSE(parse_mailbox(GetParam())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(spellings, bad_address,
                         ::testing::Values("", "a", "@example.com", "a@", "a@b>\r\nRCPT TO:<c@d",
                                           "a@b> <c@d", "a b@example.com", "a@b c", "a@b\n",
                                           "a..b@example.com", ".a@example.com", "a.@example.com",
                                           "a@-b.com", "a@b-.com", "a@b..com", "a@b.", "a@b@c@",
                                           "\"a b\"@example.com", "é@example.com", "<a@b", "a@b>",
                                           "a@[127.0.0.1]", std::string(65, 'a') + "@example.com",
                                           "a@" + std::string(64, 'b') + ".com", "a@b.com,c@d.com",
                                           std::string("a\0@b.com", 8)));

size_t longest_line(const std::string& text) {
  size_t result = 0;
  for (size_t start = 0; start < text.size();) {
    auto end = std::min(text.find("\r\n", start), text.size());
    result = std::max(result, end - start);
    start = end + 2;
  }
  return result;
}

TEST(mail_header, stays_plain_where_it_can) {
  EXPECT_EQ(text_header("Subject", "Deployment failed: my-app"),
            "Subject: Deployment failed: my-app\r\n");
}

TEST(mail_header, is_folded_before_white_space) {
  std::string words;
  for (int i = 0; i < 40; ++i)
    words += "word" + std::to_string(i) + ' ';
  words += "end";
  auto header = text_header("Subject", words);
  EXPECT_LE(longest_line(header), 76u);
  std::string unfolded;
  for (size_t i = 0; i < header.size(); ++i)
    if (header[i] != '\r' && header[i] != '\n')
      unfolded += header[i];
  EXPECT_EQ(unfolded, "Subject: " + words);
}

TEST(mail_header, encodes_in_words_of_whole_characters) {
  std::string text;
  for (int i = 0; i < 300; ++i)
    text += "é";
  auto header = text_header("Subject", text);
  EXPECT_LE(longest_line(header), 76u);
  size_t words = 0;
  for (auto at = header.find("=?UTF-8?B?"); at != std::string::npos;
       at = header.find("=?UTF-8?B?", at + 1)) {
    ++words;
    EXPECT_LE(header.find("?=", at + 10) + 2 - at, 75u);
  }
  EXPECT_GE(words, 14u);
}

TEST(mail_header, splits_no_character_wherever_the_words_end) {
  for (size_t shift = 0; shift < 4; ++shift) {
    std::string text(shift, 'a');
    for (int i = 0; i < 60; ++i)
      text += "\U0001F680";
    auto header = text_header("Subject", text);
    std::string decoded;
    for (auto at = header.find("?B?"); at != std::string::npos; at = header.find("?B?", at + 1)) {
      auto word = from_base64(header.substr(at + 3, header.find("?=", at + 3) - at - 3));
      ASSERT_TRUE(word);
      EXPECT_NE(static_cast<unsigned char>(word->front()) & 0xc0, 0x80);
      decoded += *word;
    }
    EXPECT_EQ(decoded, text);
  }
}

TEST(mail_header, cannot_be_broken_out_of) {
  EXPECT_EQ(text_header("Subject", "x\r\nBcc: evil@x"), "Subject: x  Bcc: evil@x\r\n");
  EXPECT_EQ(text_header("Subject", "=?UTF-8?Q?x?="),
            "Subject: =?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=\r\n");
  EXPECT_LE(longest_line(text_header("Subject", std::string(2000, 'x'))), 76u);
}

TEST(mail_date, is_written_as_rfc_5322_has_it) {
  EXPECT_EQ(mail_date(timestamp{std::chrono::seconds{1774794600}}),
            "Sun, 29 Mar 2026 14:30:00 +0000");
}

TEST(mail_body, is_quoted_printable_for_text_in_ascii) {
  auto part = body_part("text/plain", "a=b\n.\nFrom here \n" + std::string(80, 'x'));
  EXPECT_EQ(part, "Content-Type: text/plain; charset=UTF-8\r\n"
                  "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                  "a=3Db\r\n=2E\r\n=46rom here=20\r\n"
                    + std::string(75, 'x') + "=\r\nxxxxx");
}

TEST(mail_body, is_base_64_where_that_is_shorter) {
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += "é";
  auto part = body_part("text/plain", text + "\n");
  EXPECT_NE(part.find("Content-Transfer-Encoding: base64"), std::string::npos);
  EXPECT_TRUE(part.ends_with("w6kNCg==")) << part;
  EXPECT_LE(longest_line(part), 76u);
}

} // namespace

} // namespace tocsin::channels
