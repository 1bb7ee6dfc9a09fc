#include "storage/engine/codec.hpp"
#include "storage/repositories/token_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin::storage {

namespace {

using put_token_test = storage_test;

put_token make_token(uint32_t n, uint8_t digest) {
  put_token x;
  x.value.id = token_id{make_ulid(n)};
  x.value.name = "token";
  x.value.digest.fill(digest);
  return x;
}

TEST_F(put_token_test, a_token_is_found_by_its_digest) {
  auto x = make_token(1, 5);
  apply_ok(x);
  apply_ok(make_token(2, 6));
  auto tx = read();
  token_repository tokens{tx};
  EXPECT_EQ(must(tokens.find_by_digest(x.value.digest)).value().id, x.value.id);
  EXPECT_EQ(must(tokens.find_by_digest({})), std::nullopt);
  EXPECT_EQ(must(tokens.all()).size(), 2u);
}

TEST_F(put_token_test, a_digest_belongs_to_one_token) {
  apply_ok(make_token(1, 5));
  EXPECT_EQ(code_of(apply_one(make_token(2, 5))), errc::already_exists);
  expect_sound();
}

TEST_F(put_token_test, a_token_put_anew_loses_its_old_digest) {
  auto before = make_token(1, 5);
  apply_ok(before);
  auto after = make_token(1, 6);
  apply_ok(after);
  auto tx = read();
  EXPECT_EQ(must(token_repository{tx}.find_by_digest(before.value.digest)), std::nullopt);
  EXPECT_TRUE(must(token_repository{tx}.find_by_digest(after.value.digest)));
  expect_sound();
}

TEST_F(put_token_test, a_revoked_token_is_gone_with_its_digest) {
  auto x = make_token(1, 5);
  apply_ok(x);
  apply_ok(remove_token{x.value.id});
  EXPECT_EQ(must(token_repository{read()}.find_by_digest(x.value.digest)), std::nullopt);
  EXPECT_EQ(code_of(apply_one(remove_token{x.value.id})), errc::not_found);
  apply_ok(make_token(2, 5));
  expect_sound();
}

TEST_F(put_token_test, the_last_use_only_moves_on) {
  auto x = make_token(1, 5);
  apply_ok(x);
  EXPECT_EQ(apply_ok(note_token_use{x.value.id, at_ms(9000)}).affected, 1u);
  apply_ok(note_token_use{x.value.id, at_ms(3000)});
  EXPECT_EQ(must(token_repository{read()}.find(x.value.id))->last_used_at, at_ms(9000));
  EXPECT_EQ(apply_ok(note_token_use{token_id{make_ulid(7)}, at_ms(9000)}).affected, 0u);
  expect_sound();
}

TEST_F(put_token_test, tokens_are_listed_page_by_page) {
  for (uint32_t n = 1; n <= 5; ++n)
    apply_ok(make_token(n, static_cast<uint8_t>(n)));
  auto first = must(token_repository{read()}.list({3, ""}));
  ASSERT_EQ(first.entries.size(), 3u);
  auto rest = must(token_repository{read()}.list({3, first.next_cursor}));
  ASSERT_EQ(rest.entries.size(), 2u);
  EXPECT_EQ(rest.entries[0].id, token_id{make_ulid(4)});
  EXPECT_EQ(rest.next_cursor, "");
}

TEST_F(put_token_test, a_token_that_cannot_be_read_hides_no_other) {
  for (uint32_t n = 1; n <= 3; ++n)
    apply_ok(make_token(n, static_cast<uint8_t>(n)));
  auto tx = must(env_->write());
  must(tx.put(database::tokens, as_key(make_ulid(2)), "\xff"));
  must(tx.commit());
  auto listed = must(token_repository{read()}.list({10, ""})).entries;
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[1].id, token_id{make_ulid(3)});
}

} // namespace

} // namespace tocsin::storage
