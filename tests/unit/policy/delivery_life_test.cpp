#include "policy/delivery_life.hpp"

#include <gtest/gtest.h>

#include <map>
#include <variant>

namespace tocsin::policy {

namespace {

using enum delivery_state;

constexpr delivery_state all_states[]
  = {pending, attempting, scheduled, delivered, dead_letter, suppressed, cancelled};

/// What a stimulus does to a delivery: the next state, or why it is refused.
using consequence = std::variant<delivery_state, errc>;

constexpr auto busy = errc::in_flight;
constexpr auto no = errc::conflict;

/// The rows of the table in `docs/lifecycle.md`, in the order of `all_states`.
struct row {
  stimulus what;
  delivery_state wanted;
  consequence after[7];
};

const row table[] = {
  // clang-format off
  //                                   pending     attempting   scheduled   delivered  dead_letter suppressed cancelled
  {stimulus::claimed,     pending,     {attempting, busy,        attempting, no,        no,         no,        no}},
  {stimulus::released,    pending,     {no,         pending,     no,         no,        no,         no,        no}},
  {stimulus::released,    scheduled,   {no,         scheduled,   no,         no,        no,         no,        no}},
  {stimulus::attempted,   pending,     {pending,    pending,     pending,    no,        no,         no,        no}},
  {stimulus::attempted,   scheduled,   {scheduled,  scheduled,   scheduled,  no,        no,         no,        no}},
  {stimulus::attempted,   delivered,   {delivered,  delivered,   delivered,  no,        no,         no,        no}},
  {stimulus::attempted,   dead_letter, {dead_letter, dead_letter, dead_letter, no,      no,         no,        no}},
  {stimulus::held,        pending,     {scheduled,  scheduled,   scheduled,  no,        no,         no,        no}},
  {stimulus::interrupted, pending,     {no,         dead_letter, no,         no,        no,         no,        no}},
  {stimulus::resent,      pending,     {pending,    attempting,  scheduled,  pending,   pending,    pending,   pending}},
  {stimulus::resent,      scheduled,   {pending,    attempting,  scheduled,  scheduled, scheduled,  scheduled, scheduled}},
  {stimulus::replayed,    pending,     {no,         busy,        no,         no,        pending,    no,        no}},
  {stimulus::replayed,    scheduled,   {no,         busy,        no,         no,        scheduled,  no,        no}},
  {stimulus::cancelled,   pending,     {cancelled,  busy,        cancelled,  no,        no,         no,        no}},
  {stimulus::discarded,   pending,     {no,         busy,        no,         no,        cancelled,  no,        no}},
  {stimulus::orphaned,    pending,     {cancelled,  cancelled,   cancelled,  no,        no,         no,        no}},
  // clang-format on
};

TEST(delivery_life, leads_every_state_where_the_table_says_whatever_befalls_it) {
  for (auto& x : table)
    for (size_t i = 0; i < std::size(all_states); ++i) {
      auto from = all_states[i];
      auto next = next_state(from, x.what, x.wanted);
      if (auto* to = std::get_if<delivery_state>(&x.after[i])) {
        ASSERT_TRUE(next) << to_string(from) << " " << to_string(x.what);
        EXPECT_EQ(*next, *to) << to_string(from) << " " << to_string(x.what);
      } else {
        ASSERT_FALSE(next) << to_string(from) << " " << to_string(x.what);
        EXPECT_EQ(next.error().code, std::get<errc>(x.after[i]))
          << to_string(from) << " " << to_string(x.what);
      }
    }
}

TEST(delivery_life, has_no_stimulus_that_the_table_does_not_know) {
  std::map<stimulus, int> rows;
  for (auto& x : table)
    ++rows[x.what];
  EXPECT_EQ(rows.size(), static_cast<size_t>(last_stimulus) + 1);
  for (auto& [what, count] : rows)
    EXPECT_NE(to_string(what), "unknown");
}

TEST(delivery_life, refuses_ends_that_no_stimulus_has) {
  for (auto from : all_states) {
    for (auto wanted : {suppressed, cancelled, attempting})
      EXPECT_EQ(next_state(from, stimulus::attempted, wanted).error().code, errc::invalid_argument);
    for (auto wanted : {delivered, dead_letter, suppressed, cancelled, attempting})
      for (auto what : {stimulus::released, stimulus::replayed})
        EXPECT_EQ(next_state(from, what, wanted).error().code, errc::invalid_argument);
  }
}

TEST(delivery_life, says_why_in_words) {
  EXPECT_EQ(next_state(delivered, stimulus::cancelled, pending).error().detail,
            "the delivery is delivered and cannot be cancelled");
  EXPECT_EQ(next_state(attempting, stimulus::cancelled, pending).error().detail,
            "the delivery is being sent and cannot be cancelled");
}

} // namespace

} // namespace tocsin::policy
