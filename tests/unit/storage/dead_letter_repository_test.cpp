#include "storage/records/dead_letter_record.hpp"
#include "storage/repositories/dead_letter_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace tocsin::storage {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Dead letters 1 to 6 of three channels: 1, 3 and 5 of the first, 2 and 4 of the second, 6 of the
/// third. Number n became one at 1000 n; the even ones with the code `gone`, the odd with `full`.
class dead_letter_repository_test : public storage_test {
protected:
  dead_letter_repository_test() {
    auto ops = put_admin("ops");
    for (uint32_t n = 1; n <= 3; ++n)
      channels_.push_back(put_channel_of(ops, n));
    constexpr size_t channel_of[] = {0, 0, 1, 0, 1, 0, 2};
    // The latest first, so that the order is not that of the ids.
    for (uint32_t n = 6; n >= 1; --n) {
      auto x = make_event(7 - n, {channels_[channel_of[n]], channels_[0]});
      apply_ok(x);
      auto attempt
        = make_attempt(x.id, 1, 1, channels_[channel_of[n]], delivery_state::dead_letter);
      attempt.value.started_at = at_ms(1000 * n);
      attempt.value.duration = {};
      attempt.value.result.code = n % 2 == 0 ? "gone" : "full";
      apply_ok(attempt);
    }
  }

  delivery_id id_of(uint32_t n) const { return delivery_id{make_ulid((7 - n) * 100).plus(1)}; }

  static std::vector<int64_t> numbers(const std::vector<dead_letter>& all) {
    std::vector<int64_t> result;
    for (auto& x : all)
      result.push_back(to_unix_ms(x.finished_at) / 1000);
    return result;
  }

  std::vector<int64_t> list(const dead_letter_filter& filter,
                            dead_letter_order order = dead_letter_order::oldest_first) {
    return numbers(must(dead_letter_repository{read()}.list(filter, order, {250, ""})).entries);
  }

  /// The whole list, put together from pages of `limit` that look at `max_scanned` each.
  std::vector<int64_t> list_by_pages(const dead_letter_filter& filter, dead_letter_order order,
                                     uint32_t limit, uint32_t max_scanned) {
    std::vector<int64_t> result;
    page_request request{limit, ""};
    do {
      auto part = must(dead_letter_repository{read()}.list(filter, order, request, max_scanned));
      EXPECT_LE(part.entries.size(), limit);
      for (auto number : numbers(part.entries))
        result.push_back(number);
      request.cursor = part.next_cursor;
    } while (!request.cursor.empty());
    return result;
  }

  std::vector<channel_id> channels_;
};

constexpr auto newest_first = dead_letter_order::newest_first;

TEST_F(dead_letter_repository_test, lists_what_is_one_and_nothing_else) {
  auto all = must(dead_letter_repository{read()}.list({channels_[1]}, newest_first, {250, ""}));
  ASSERT_EQ(all.entries.size(), 2u);
  EXPECT_EQ(all.next_cursor, "");
  auto& x = all.entries[0];
  EXPECT_EQ(x.delivery, id_of(4));
  EXPECT_EQ(x.channel, channels_[1]);
  EXPECT_EQ(x.finished_at, at_ms(4000));
  EXPECT_EQ(x.code, "gone");
}

TEST_F(dead_letter_repository_test, lists_by_channel_and_by_time) {
  EXPECT_THAT(list({}), ElementsAre(1, 3, 5, 2, 4, 6));
  EXPECT_THAT(list({}, newest_first), ElementsAre(6, 4, 2, 5, 3, 1));
  EXPECT_THAT(list({channels_[0]}), ElementsAre(1, 3, 5));
  EXPECT_THAT(list({channels_[1]}, newest_first), ElementsAre(4, 2));
  EXPECT_THAT(list({channel_id{make_ulid(9, 200)}}), IsEmpty());
  EXPECT_THAT(list({channel_id{make_ulid(0, 200)}}, newest_first), IsEmpty());
}

TEST_F(dead_letter_repository_test, lists_what_the_instants_and_the_code_let_through) {
  dead_letter_filter since{{}, at_ms(3000), {}, {}};
  dead_letter_filter until{{}, {}, at_ms(3000), {}};
  dead_letter_filter both{{}, at_ms(2000), at_ms(5000), {}};
  EXPECT_THAT(list(since), ElementsAre(3, 5, 4, 6));
  EXPECT_THAT(list(since, newest_first), ElementsAre(6, 4, 5, 3));
  EXPECT_THAT(list(until), ElementsAre(1, 2));
  EXPECT_THAT(list(until, newest_first), ElementsAre(2, 1));
  EXPECT_THAT(list(both), ElementsAre(3, 2, 4));
  EXPECT_THAT(list(both, newest_first), ElementsAre(4, 2, 3));
  EXPECT_THAT(list({channels_[0], at_ms(2000), at_ms(5000), {}}), ElementsAre(3));
  EXPECT_THAT(list({channels_[1], at_ms(5000), {}, {}}, newest_first), IsEmpty());
  EXPECT_THAT(list({{}, {}, {}, "gone"}), ElementsAre(2, 4, 6));
  EXPECT_THAT(list({channels_[0], {}, {}, "gone"}), IsEmpty());
  EXPECT_THAT(list({{}, {}, {}, ""}), IsEmpty());
}

TEST_F(dead_letter_repository_test, gives_the_same_list_in_pages) {
  const dead_letter_filter filters[]
    = {{}, {channels_[0]}, {{}, at_ms(2000), at_ms(5000), {}}, {{}, {}, {}, "gone"}};
  for (auto& filter : filters)
    for (auto order : {dead_letter_order::oldest_first, newest_first})
      for (uint32_t limit = 1; limit <= 3; ++limit)
        for (uint32_t max_scanned = 1; max_scanned <= 3; ++max_scanned)
          EXPECT_EQ(list_by_pages(filter, order, limit, max_scanned), list(filter, order));
}

TEST_F(dead_letter_repository_test, goes_on_after_the_entry_of_a_cursor_is_gone) {
  auto first
    = must(dead_letter_repository{read()}.list({}, dead_letter_order::oldest_first, {2, ""}));
  ASSERT_THAT(numbers(first.entries), ElementsAre(1, 3));
  apply_ok(resend_delivery{id_of(3), at_ms(9000)});
  auto rest = must(dead_letter_repository{read()}.list({}, dead_letter_order::oldest_first,
                                                       {250, first.next_cursor}));
  EXPECT_THAT(numbers(rest.entries), ElementsAre(5, 2, 4, 6));
}

TEST_F(dead_letter_repository_test, refuses_cursors_that_it_did_not_give) {
  auto tx = read();
  auto id = to_string(channels_[0]);
  for (auto cursor :
       {std::string{"x"}, id, id + ".1", id + ".." + id, id + ".-1." + id, id + ".1x." + id,
        id + ".99999999999999999999." + id, "x.1." + id, id + ".1.x", id + ".1.2." + id}) {
    auto part = dead_letter_repository{tx}.list({}, newest_first, {50, cursor});
    EXPECT_EQ(code_of(part), errc::invalid_argument) << cursor;
  }
}

TEST_F(dead_letter_repository_test, groups_by_channel_and_code) {
  auto tx = read();
  dead_letter_repository dead{tx};
  auto groups = must(dead.groups({}));
  ASSERT_EQ(groups.size(), 3u);
  for (size_t i = 0; i < 3; ++i)
    EXPECT_EQ(groups[i].channel, channels_[i]);
  EXPECT_EQ(groups[0].code, "full");
  EXPECT_EQ(groups[0].count, 3u);
  EXPECT_EQ(groups[0].first_at, at_ms(1000));
  EXPECT_EQ(groups[0].last_at, at_ms(5000));
  EXPECT_EQ(must(dead.groups({channels_[2], {}, at_ms(6000), {}})).size(), 0u);
  uint64_t gone = 0;
  for (auto& x : must(dead.groups({{}, at_ms(4000), {}, "gone"})))
    gone += x.count;
  EXPECT_EQ(gone, 2u);
}

TEST_F(dead_letter_repository_test, groups_one_channel_by_code) {
  apply_ok(resend_delivery{id_of(3), at_ms(9000)});
  auto attempt
    = make_attempt(event_id{make_ulid(400)}, 1, 2, channels_[0], delivery_state::dead_letter);
  attempt.value.result.code = "another";
  apply_ok(attempt);
  auto groups = must(dead_letter_repository{read()}.groups({channels_[0]}));
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].code, "another");
  EXPECT_EQ(groups[0].count, 1u);
  EXPECT_EQ(groups[1].code, "full");
  EXPECT_EQ(groups[1].count, 2u);
}

TEST_F(dead_letter_repository_test, leaves_out_entries_that_cannot_be_read) {
  auto tx = must(env_->write());
  for (uint32_t n : {3u, 5u})
    must(tx.put(database::dead_letters, dead_letter_key{channels_[0], at_ms(1000 * n), id_of(n)},
                "\xff"));
  must(tx.commit());
  EXPECT_THAT(list({}), ElementsAre(1, 2, 4, 6));
  EXPECT_THAT(list({}, newest_first), ElementsAre(6, 4, 2, 1));
  EXPECT_EQ(must(dead_letter_repository{read()}.groups({})).size(), 3u);
}

} // namespace

} // namespace tocsin::storage
