#include "storage/token_repository.hpp"
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

} // namespace

} // namespace tocsin::storage
