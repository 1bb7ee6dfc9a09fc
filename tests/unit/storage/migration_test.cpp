#include "storage/engine/codec.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/dead_letter_repository.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/event_type_repository.hpp"
#include "storage/repositories/hourly_counts.hpp"
#include "tests/unit/storage/storage_dump.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <lmdb.h>

#include <filesystem>
#include <set>

namespace tocsin::storage {

namespace {

/// A copy of the storage that the last program of an older schema version wrote.
class migration_test : public storage_test, public testing::WithParamInterface<uint32_t> {
protected:
  migration_test() {
    env_.reset();
    std::filesystem::remove_all(options_.directory);
    std::filesystem::create_directory(options_.directory);
    std::filesystem::copy(fixture_ / "data.mdb", options_.directory);
    env_ = must(open_environment(options_));
  }

  /// Opens a fresh copy whose first and last attempt and delivery cannot be read.
  expected<std::shared_ptr<environment>> open_spoiled(const fault_sink& on_unreadable) {
    options_.directory = directory_.path() / "spoiled";
    std::filesystem::create_directory(options_.directory);
    std::filesystem::copy(fixture_ / "data.mdb", options_.directory);
    MDB_env* env = nullptr;
    MDB_txn* txn = nullptr;
    EXPECT_EQ(mdb_env_create(&env), 0);
    mdb_env_set_maxdbs(env, 64);
    EXPECT_EQ(mdb_env_open(env, options_.directory.c_str(), 0, 0600), 0);
    EXPECT_EQ(mdb_txn_begin(env, nullptr, 0, &txn), 0);
    for (auto* name : {"attempts", "deliveries"})
      for (auto place : {MDB_FIRST, MDB_LAST}) {
        MDB_dbi dbi = 0;
        MDB_cursor* at = nullptr;
        MDB_val key{};
        MDB_val value{};
        EXPECT_EQ(mdb_dbi_open(txn, name, 0, &dbi), 0);
        EXPECT_EQ(mdb_cursor_open(txn, dbi, &at), 0);
        EXPECT_EQ(mdb_cursor_get(at, &key, &value, place), 0);
        char spoiled[] = "\xff";
        MDB_val replacement{1, spoiled};
        EXPECT_EQ(mdb_cursor_put(at, &key, &replacement, MDB_CURRENT), 0);
        mdb_cursor_close(at);
      }
    EXPECT_EQ(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
    return open_environment(options_, on_unreadable);
  }

  std::string expected_dump() const { return dump_after_migration(fixture_, GetParam()); }

  std::filesystem::path fixture_{TOCSIN_FIXTURES "/schema_" + std::to_string(GetParam())};
};

std::string name_of(const testing::TestParamInfo<uint32_t>& x) {
  return "from_" + std::to_string(x.param);
}

INSTANTIATE_TEST_SUITE_P(schema, migration_test, testing::Range(1u, schema_version), name_of);

TEST_P(migration_test, keeps_everything_that_was_stored) {
  auto wanted = expected_dump();
  ASSERT_GT(wanted.size(), 100'000u);
  EXPECT_EQ(dump(read()), wanted);
  expect_sound();
  reopen();
  EXPECT_EQ(dump(read()), wanted);
}

TEST_P(migration_test, writes_the_new_version) {
  auto version = must(read().find(database::meta, "schema_version")).value();
  EXPECT_EQ(load_big_endian<uint32_t>(version.data()), schema_version);
}

TEST_P(migration_test, leaves_records_that_cannot_be_read_and_tells_of_them) {
  std::set<std::string> faults;
  env_.reset();
  env_ = must(open_spoiled([&faults](const std::string& what) { faults.insert(what); }));
  // From version 5 on nothing is read for it.
  EXPECT_EQ(faults.size(), GetParam() < 5 ? 4u : 0u);
  EXPECT_FALSE(must(read_counts(read(), at_ms(0))).empty());
  std::vector<std::string> found;
  must(verify(read(), [&found](const std::string& what) { found.push_back(what); }));
  for (auto& fault : faults)
    EXPECT_THAT(found, testing::Contains(fault));
}

TEST_P(migration_test, finds_the_dead_letters_that_were_stored) {
  auto tx = read();
  auto dead = must(dead_letter_repository{tx}.list({}, dead_letter_order::oldest_first, {250, ""}));
  auto wanted = must(delivery_repository{tx}.list({{}, delivery_state::dead_letter}, {250, ""}));
  ASSERT_GT(dead.entries.size(), 10u);
  ASSERT_EQ(dead.entries.size(), wanted.entries.size());
  for (auto& x : dead.entries) {
    auto stored = must(delivery_repository{tx}.find(x.delivery)).value();
    EXPECT_EQ(stored.state, delivery_state::dead_letter);
    EXPECT_EQ(x.channel, stored.channel);
    EXPECT_EQ(x.finished_at, stored.finished_at);
    EXPECT_EQ(x.code, stored.last_code);
  }
}

TEST_P(migration_test, counts_what_was_stored_hour_by_hour) {
  delivery_counts wanted;
  auto tx = read();
  delivery_repository deliveries{tx};
  page_request request{250, ""};
  do {
    auto page = must(deliveries.list({}, request));
    for (auto& x : page.entries) {
      ++(x.state == delivery_state::suppressed ? wanted.suppressed : wanted.accepted);
      wanted.dead_letters += x.state == delivery_state::dead_letter ? 1 : 0;
      for (auto& made : must(deliveries.attempts(x.id)))
        ++(made.result.kind == outcome_class::delivered ? wanted.delivered : wanted.failed);
    }
    request.cursor = page.next_cursor;
  } while (!request.cursor.empty());
  delivery_counts sum;
  timestamp last{std::chrono::milliseconds{-1}};
  auto hours = must(read_counts(tx, at_ms(0)));
  for (auto& x : hours) {
    EXPECT_LT(last, x.at);
    last = x.at;
    sum += x.counts;
  }
  EXPECT_EQ(sum.accepted, wanted.accepted);
  EXPECT_EQ(sum.suppressed, wanted.suppressed);
  EXPECT_EQ(sum.delivered, wanted.delivered);
  EXPECT_EQ(sum.dead_letters, wanted.dead_letters);
  EXPECT_GT(sum.failed, 10u);
  EXPECT_LE(sum.failed, wanted.failed);
  EXPECT_GT(sum.retried, 10u);
  if (GetParam() == 4) {
    EXPECT_GT(hours.size(), 15u);
  }
}

TEST_P(migration_test, takes_event_types_for_those_of_nobody) {
  auto types = must(event_type_repository{read()}.all());
  EXPECT_EQ(types.empty(), GetParam() < 4);
  for (auto& x : types) {
    EXPECT_EQ(x.managed_by, "");
    put_event_type change{x, x.revision};
    change.value.managed_by = "panel";
    apply_ok(change);
    auto changed = must(event_type_repository{read()}.find(x.name)).value();
    EXPECT_EQ(changed.managed_by, "panel");
    EXPECT_EQ(changed.title, x.title);
  }
}

TEST_P(migration_test, goes_on_with_old_records) {
  auto all = must(delivery_repository{read()}.list({}, {250, ""}));
  size_t moved = 0;
  for (auto& x : all.entries) {
    if (!must(channel_repository{read()}.find(x.channel)))
      continue;
    if (x.state == delivery_state::dead_letter) {
      apply_ok(resend_delivery{x.id, at_ms(8000)});
      apply_ok(claim_deliveries{x.channel, {x.id}, at_ms(8001)});
      ++moved;
    } else if (x.state == delivery_state::pending) {
      apply_ok(claim_deliveries{x.channel, {x.id}, at_ms(8000)});
      auto claimed = must(delivery_repository{read()}.find(x.id)).value();
      EXPECT_EQ(claimed.state, delivery_state::attempting);
      EXPECT_EQ(claimed.recipient, x.recipient);
      EXPECT_EQ(claimed.note, "");
      ++moved;
    } else if (x.state == delivery_state::delivered) {
      apply_ok(resend_delivery{x.id, at_ms(8000)});
      auto again = must(delivery_repository{read()}.find(x.id)).value();
      EXPECT_EQ(again.destination, x.destination);
      EXPECT_EQ(again.recipient, x.recipient);
      EXPECT_EQ(again.last_code, x.last_code);
    }
  }
  EXPECT_GT(moved, 10u);
  expect_sound();
}

} // namespace

} // namespace tocsin::storage
