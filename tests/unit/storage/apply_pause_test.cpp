#include "storage/records/pause_record.hpp"
#include "storage/repositories/audit_repository.hpp"
#include "storage/repositories/pause_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin::storage {

namespace {

class pause_test : public storage_test {
protected:
  static put_pause pause_of(std::chrono::milliseconds length,
                            std::string reason = "the server moves") {
    return {{at_ms(1000),
             at_ms(1000) + length,
             std::move(reason),
             {author_kind::admin, "ops", "", "request"}}};
  }

  std::optional<delivery_pause> stored() { return must(find_pause(read())); }
};

TEST_F(pause_test, is_kept_with_who_asked_for_it) {
  EXPECT_FALSE(stored());
  auto x = pause_of(std::chrono::hours{2});
  apply_ok(x);
  reopen();
  auto y = stored();
  ASSERT_TRUE(y);
  EXPECT_EQ(y->since, x.value.since);
  EXPECT_EQ(y->until, x.value.until);
  EXPECT_EQ(y->reason, "the server moves");
  EXPECT_EQ(y->by, (author{author_kind::admin, "ops", "", ""}));
  EXPECT_TRUE(y->holds(at_ms(1000)));
  EXPECT_TRUE(y->holds(x.value.until - std::chrono::milliseconds{1}));
  EXPECT_FALSE(y->holds(x.value.until));
  expect_sound();
}

TEST_F(pause_test, takes_the_place_of_the_one_before_and_ends_once) {
  apply_ok(pause_of(std::chrono::hours{2}));
  apply_ok(pause_of(std::chrono::hours{1}, ""));
  EXPECT_EQ(stored()->until, at_ms(1000) + std::chrono::hours{1});
  EXPECT_EQ(stored()->reason, "");
  EXPECT_EQ(apply_ok(remove_pause{}).affected, 1u);
  EXPECT_FALSE(stored());
  EXPECT_EQ(apply_ok(remove_pause{}).affected, 0u);
}

TEST_F(pause_test, ends_in_the_future_and_within_a_week) {
  for (auto length : {std::chrono::milliseconds{0}, std::chrono::milliseconds{-5},
                      longest_pause + std::chrono::milliseconds{1}}) {
    auto refused = apply_one(pause_of(length));
    ASSERT_EQ(code_of(refused), errc::invalid_argument);
    ASSERT_EQ(refused.error().fields.size(), 1u);
    EXPECT_EQ(refused.error().fields[0].pointer, "/until");
  }
  EXPECT_FALSE(stored());
  apply_ok(pause_of(longest_pause));
  EXPECT_EQ(code_of(apply_one(pause_of(std::chrono::hours{1}, std::string(501, 'x')))),
            errc::invalid_argument);
  EXPECT_EQ(stored()->until, at_ms(1000) + longest_pause);
  apply_ok(pause_of(std::chrono::hours{1}, std::string(500, 'x')));
}

TEST_F(pause_test, stands_in_the_audit_log) {
  author by{author_kind::token, "01A", "panel", "r1"};
  auto tx = must(env_->write());
  must(apply(tx, pause_of(std::chrono::hours{1}), {by, audit_id{make_ulid(1)}, at_ms(1000)}));
  must(apply(tx, remove_pause{}, {by, audit_id{make_ulid(2)}, at_ms(2000)}));
  must(tx.commit());
  auto log = must(audit_repository{read()}.list({}, {10, ""})).entries;
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[1].action, "pause.set");
  EXPECT_EQ(log[1].object, "pause");
  EXPECT_EQ(log[1].before, "");
  EXPECT_EQ(log[1].after, R"({"until":"1970-01-01T01:00:01Z","reason":"the server moves"})");
  EXPECT_EQ(log[0].action, "pause.end");
  EXPECT_EQ(log[0].before, log[1].after);
  EXPECT_EQ(log[0].after, "");
  EXPECT_EQ(log[0].by, by);
}

TEST_F(pause_test, that_cannot_be_read_is_a_fault) {
  auto tx = must(env_->write());
  must(tx.put(database::meta, pause_key, "\1broken"));
  must(tx.commit());
  EXPECT_EQ(code_of(find_pause(read())), errc::storage_corrupt);
  std::vector<std::string> faults;
  auto report = must(verify(read(), [&](const std::string& fault) { faults.push_back(fault); }));
  EXPECT_FALSE(report.ok());
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_NE(faults[0].find("in meta"), std::string::npos) << faults[0];
}

} // namespace

} // namespace tocsin::storage
