#include "actors/shared/pause_board.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using enum channels::pause_scope;
using channels::pause_names;

constexpr steady_time noon{1774785600s};

const pause_names first_chat{"chat 1", "bot"};
const pause_names second_chat{"chat 2", "bot"};
const pause_names third_chat{"chat 3", "bot"};
const pause_names other_bot{"chat 4", "other bot"};

TEST(pause_board, holds_nobody_at_first) {
  EXPECT_FALSE(pause_board{}.paused_until(first_chat, noon));
}

TEST(pause_board, holds_an_endpoint_alone) {
  pause_board board;
  board.note_pause(first_chat, endpoint, noon + 5s, noon);
  EXPECT_EQ(board.paused_until(first_chat, noon), noon + 5s);
  EXPECT_FALSE(board.paused_until(second_chat, noon));
  EXPECT_FALSE(board.paused_until(first_chat, noon + 5s));
}

TEST(pause_board, holds_all_endpoints_of_a_sender) {
  pause_board board;
  board.note_pause(first_chat, sender, noon + 5s, noon);
  EXPECT_EQ(board.paused_until(first_chat, noon), noon + 5s);
  EXPECT_EQ(board.paused_until(second_chat, noon), noon + 5s);
  EXPECT_FALSE(board.paused_until(other_bot, noon));
}

TEST(pause_board, takes_two_endpoints_that_pause_together_for_their_sender) {
  pause_board board;
  board.note_pause(first_chat, unnamed, noon + 5s, noon);
  board.note_pause(first_chat, unnamed, noon + 5s, noon);
  EXPECT_FALSE(board.paused_until(third_chat, noon));
  board.note_pause(other_bot, unnamed, noon + 5s, noon);
  EXPECT_FALSE(board.paused_until(third_chat, noon));
  board.note_pause(second_chat, unnamed, noon + 7s, noon);
  EXPECT_EQ(board.paused_until(third_chat, noon), noon + 7s);
  EXPECT_EQ(board.paused_until(other_bot, noon), noon + 5s);
}

TEST(pause_board, does_not_take_pauses_one_after_the_other_for_their_sender) {
  pause_board board;
  board.note_pause(first_chat, unnamed, noon + 5s, noon);
  board.note_pause(second_chat, unnamed, noon + 10s, noon + 5s);
  EXPECT_FALSE(board.paused_until(third_chat, noon + 5s));
}

TEST(pause_board, keeps_the_longer_of_two_pauses) {
  pause_board board;
  board.note_pause(first_chat, sender, noon + 60s, noon);
  board.note_pause(second_chat, sender, noon + 5s, noon);
  EXPECT_EQ(board.paused_until(third_chat, noon), noon + 60s);
  board.note_pause(first_chat, endpoint, noon + 90s, noon);
  EXPECT_EQ(board.paused_until(first_chat, noon), noon + 90s);
}

TEST(pause_board, has_nothing_to_hold_where_nothing_is_shared) {
  pause_board board;
  board.note_pause({}, unnamed, noon + 5s, noon);
  board.note_pause({}, sender, noon + 5s, noon);
  EXPECT_FALSE(board.paused_until({}, noon));
}

} // namespace

} // namespace tocsin
