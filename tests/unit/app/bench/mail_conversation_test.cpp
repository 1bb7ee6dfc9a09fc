#include "app/bench/conversation.hpp"

#include <boost/asio/buffer.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::bench {

namespace {

constexpr std::string_view hello = "EHLO me\r\n";
constexpr std::string_view envelope = "MAIL FROM:<a@b> SIZE=20\r\nRCPT TO:<c@d>\r\nDATA\r\n";

} // namespace

class mail_conversation_test : public ::testing::Test {
protected:
  /// Hands over the bytes in pieces of this many, and gives the codes of the answers.
  std::vector<std::string> say(std::string_view bytes, size_t piece = 1 << 20) {
    std::string answers;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
      auto part = bytes.substr(0, piece);
      while (!part.empty()) {
        auto copied = boost::asio::buffer_copy(buffer_.space(),
                                               boost::asio::buffer(part.data(), part.size()));
        buffer_.commit(copied);
        part.remove_prefix(copied);
      }
      is_open_ = talk_->take(buffer_, answers);
    }
    std::vector<std::string> result;
    for (size_t at = 0; at < answers.size(); at = answers.find("\r\n", at) + 2)
      if (answers[at + 3] == ' ')
        result.push_back(answers.substr(at, 3));
    return result;
  }

  using codes = std::vector<std::string>;

  std::vector<std::string> mails_;
  sink_state state_{[this](std::string_view text) { mails_.emplace_back(text); }};
  std::unique_ptr<conversation> talk_ = mail_conversation(state_);
  byte_buffer buffer_;
  bool is_open_ = true;
};

TEST_F(mail_conversation_test, takes_mails_one_after_the_other_in_pieces_of_any_size) {
  std::string all{hello};
  for (auto text : {"one\r\n", "two\r\n.\r"})
    all += std::string{envelope} + "Subject: " + text + "\r\n.\r\n";
  all += "QUIT\r\n";
  for (size_t piece : {1, 2, 3, 7, 1000}) {
    mails_.clear();
    talk_ = mail_conversation(state_);
    EXPECT_EQ(say(all, piece),
              (codes{"250", "250", "250", "354", "250", "250", "250", "354", "250", "221"}));
    EXPECT_EQ(mails_, (codes{"Subject: one\r\n\r\n", "Subject: two\r\n\r\r\n"})) << piece;
    EXPECT_FALSE(is_open_);
  }
}

TEST_F(mail_conversation_test, takes_the_dots_away_that_were_put_before_lines) {
  say(hello);
  say(std::string{envelope} + "..first\r\na.\r\n..\r\nlast..\r\n.\r\n");
  say(std::string{envelope} + ".\r\n");
  EXPECT_EQ(mails_, (codes{".first\r\na.\r\n.\r\nlast..\r\n", ""}));
}

TEST_F(mail_conversation_test, insists_on_the_order_of_commands) {
  EXPECT_EQ(say("MAIL FROM:<a@b>\r\n"), codes{"503"});
  EXPECT_EQ(say(hello), codes{"250"});
  EXPECT_EQ(say("RCPT TO:<c@d>\r\nDATA\r\n"), (codes{"503", "503"}));
  EXPECT_EQ(say("mail from:<a@b>\r\nMAIL FROM:<a@b>\r\nDATA\r\n"), (codes{"250", "503", "503"}));
  EXPECT_EQ(say("RSET\r\nRCPT TO:<c@d>\r\nNOOP\r\n"), (codes{"250", "503", "250"}));
  EXPECT_EQ(say("MAIL a@b\r\nVRFY x\r\n"), (codes{"501", "500"}));
  EXPECT_EQ(say("MAIL FROM:<a@b>\r\nRCPT c@d\r\n"), (codes{"250", "501"}));
  EXPECT_EQ(say("RCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nDATA\r\nx\r\n.\r\n"),
            (codes{"250", "250", "354", "250"}));
  EXPECT_TRUE(is_open_);
  EXPECT_EQ(mails_.size(), 1u);
}

TEST_F(mail_conversation_test, refuses_what_is_too_large) {
  say(hello);
  EXPECT_EQ(say("MAIL FROM:<a@b> SIZE=99999999\r\n"), codes{"552"});
  EXPECT_EQ(say(envelope), (codes{"250", "250", "354"}));
  EXPECT_EQ(say(std::string(11 << 20, 'x')), codes{"552"});
  EXPECT_FALSE(is_open_);
  talk_ = mail_conversation(state_);
  buffer_.clear();
  EXPECT_EQ(say(std::string(600, 'x')), codes{"500"});
  EXPECT_FALSE(is_open_);
  EXPECT_TRUE(mails_.empty());
}

TEST_F(mail_conversation_test, puts_mails_off_while_it_is_out_of_order) {
  state_.is_out_of_order = true;
  EXPECT_EQ(say("EHLO me\r\nMAIL FROM:<a@b>\r\n"), (codes{"250", "451"}));
  state_.is_out_of_order = false;
  EXPECT_EQ(say("MAIL FROM:<a@b>\r\n"), codes{"250"});
}

} // namespace tocsin::bench
