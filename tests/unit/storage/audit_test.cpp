#include "storage/commands/audit_subject.hpp"
#include "storage/commands/group_commit.hpp"
#include "storage/engine/codec.hpp"
#include "storage/repositories/audit_repository.hpp"
#include "storage/upkeep/prune_audit.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace tocsin::storage {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::years;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class audit_test : public storage_test {
protected:
  authorship as(uint32_t n, author by = {author_kind::token, "01A", "panel", "req-1"}) {
    return {std::move(by), audit_id{make_ulid(n)}, at_ms(n)};
  }

  expected<command_result> apply_as(const command& x, const authorship& who) {
    auto tx = must(env_->write());
    auto result = apply(tx, x, who);
    if (result)
      must(tx.commit());
    return result;
  }

  std::vector<audit_entry> entries(const audit_filter& filter = {}) {
    return must(audit_repository{read()}.list(filter, {250, ""})).entries;
  }

  ulid_generator ids_{1};

  put_recipient put_acme(uint64_t revision, const std::string& name) {
    return {{acme, name, {"my-app"}, true, at_ms(1), at_ms(1), 0}, revision};
  }
};

TEST_F(audit_test, tells_who_did_what_with_the_object_before_and_after) {
  must(apply_as(put_acme(0, "Acme"), as(1)));
  must(apply_as(put_acme(1, "Acme Corp"), as(2)));
  must(apply_as(remove_recipient{acme, std::nullopt}, as(3)));
  reopen();
  auto all = entries();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2].action, "customer.create");
  EXPECT_EQ(all[2].object, "customer/acme");
  EXPECT_EQ(all[2].at, at_ms(1));
  EXPECT_EQ(all[2].by, (author{author_kind::token, "01A", "panel", "req-1"}));
  EXPECT_EQ(all[2].before, "");
  EXPECT_THAT(all[2].after, HasSubstr(R"("display_name":"Acme")"));
  EXPECT_EQ(all[1].action, "customer.change");
  EXPECT_EQ(all[1].before, all[2].after);
  EXPECT_THAT(all[1].after, HasSubstr(R"("display_name":"Acme Corp")"));
  EXPECT_EQ(all[0].action, "customer.remove");
  EXPECT_EQ(all[0].before, all[1].after);
  EXPECT_EQ(all[0].after, "");
  expect_sound();
}

TEST_F(audit_test, tells_that_the_service_disabled_a_channel) {
  auto channel = put_channel_of(put_admin("ops"), 1);
  auto event = make_event(1, {channel, channel});
  apply_ok(event);
  auto found_dead = [&](uint32_t place) {
    auto x = make_attempt(event.id, place, 1, channel, delivery_state::scheduled);
    x.fault = channel_fault{1, "410: gone"};
    return x;
  };
  must(apply_as(make_attempt(event.id, 1, 1, channel, delivery_state::scheduled), as(1, {})));
  EXPECT_TRUE(entries().empty());
  auto first = found_dead(1);
  first.value.number = 2;
  must(apply_as(first, as(2, {})));
  // The second finds the channel disabled.
  must(apply_as(found_dead(2), as(3, {})));
  auto all = entries();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].action, "channel.change");
  EXPECT_EQ(all[0].object, "channel/" + to_string(channel));
  EXPECT_EQ(all[0].by, author{});
  EXPECT_THAT(all[0].before, HasSubstr(R"("enabled":true)"));
  EXPECT_THAT(all[0].after, HasSubstr(R"("disabled_reason":"410: gone")"));
  expect_sound();
}

TEST_F(audit_test, is_silent_on_what_was_refused) {
  EXPECT_EQ(code_of(apply_as(put_acme(7, "Acme"), as(1))), errc::not_found);
  EXPECT_TRUE(entries().empty());
}

TEST_F(audit_test, stands_or_falls_with_the_change) {
  {
    auto tx = must(env_->write());
    must(apply(tx, put_acme(0, "Acme"), as(1)));
  }
  EXPECT_TRUE(entries().empty());
  std::vector<commit_entry> batch(2);
  batch[0].commands = {put_acme(0, "Acme"), put_acme(5, "Acme")};
  batch[0].by = as(10);
  batch[1].commands = {put_acme(0, "Acme")};
  batch[1].by = as(20);
  must(commit_together(*env_, batch));
  EXPECT_TRUE(batch[0].refusal);
  auto all = entries();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].id, audit_id{make_ulid(20)});
}

TEST_F(audit_test, gives_each_command_of_an_entry_an_id_of_its_own) {
  std::vector<commit_entry> batch(1);
  batch[0].commands = {put_acme(0, "Acme"), put_acme(1, "Acme Corp")};
  batch[0].by = as(10);
  must(commit_together(*env_, batch));
  EXPECT_EQ(entries().size(), 2u);
}

TEST_F(audit_test, shows_no_secret_of_a_channel_and_names_the_settings_that_changed) {
  auto owner = put_admin("ops");
  channel x;
  x.id = channel_id{make_ulid(1, 200)};
  x.owner = owner;
  x.name = "hook";
  put_channel change{x, "sealed-secret-bytes", 0, {"url", "secret"}};
  must(apply_as(change, as(1)));
  auto all = entries();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].action, "channel.create");
  EXPECT_EQ(all[0].object, "channel/" + to_string(x.id));
  EXPECT_THAT(all[0].after, HasSubstr(R"("changed_settings":["url","secret"])"));
  EXPECT_THAT(all[0].after, Not(HasSubstr("sealed-secret")));
}

TEST_F(audit_test, leaves_out_events_and_the_use_of_tokens) {
  auto owner = put_admin("ops");
  auto channel = put_channel_of(owner, 1);
  must(apply_as(make_event(1, {channel}), as(1)));
  must(apply_as(note_token_use{token_id{make_ulid(1)}, at_ms(1)}, as(2)));
  EXPECT_TRUE(entries().empty());
}

TEST_F(audit_test, shows_neither_digest_nor_hash) {
  put_admin("ops");
  token secret_token{token_id{make_ulid(5)}, "ci", {}, 3, at_ms(1)};
  secret_token.digest.fill('D');
  must(apply_as(put_token{secret_token}, as(1)));
  must(apply_as(put_password{{"ops", "SALTSALT", 2, 1, 1, "HASHHASH", at_ms(9)}}, as(2)));
  session value;
  value.who = {recipient_kind::admin, "ops"};
  value.digest.fill('D');
  must(apply_as(open_session{value}, as(3)));
  for (auto& x : entries())
    for (auto& text : {x.before, x.after, x.object}) {
      EXPECT_THAT(text, Not(HasSubstr("DDDD")));
      EXPECT_THAT(text, Not(HasSubstr("SALT")));
      EXPECT_THAT(text, Not(HasSubstr("HASH")));
    }
  EXPECT_EQ(entries().size(), 3u);
}

TEST_F(audit_test, lists_by_author_object_and_time_page_by_page) {
  author admin{author_kind::admin, "ops", "", "r"};
  must(apply_as(put_acme(0, "A"), as(1)));
  must(apply_as(put_acme(1, "B"), as(2, admin)));
  must(apply_as(put_preference{{acme, {}, {}, {}, std::nullopt, 0}, 0}, as(3)));
  must(apply_as(put_recipient{{{recipient_kind::customer, "acme2"}, "Z", {}, false, {}, {}, 0}, 0},
                as(4)));
  EXPECT_EQ(entries({author_kind::admin, "", "", std::nullopt}).size(), 1u);
  EXPECT_EQ(entries({author_kind::token, "01A", "", std::nullopt}).size(), 3u);
  EXPECT_EQ(entries({author_kind::token, "01B", "", std::nullopt}).size(), 0u);
  // An object with what belongs to it, but not one whose name merely begins alike.
  EXPECT_EQ(entries({std::nullopt, "", "customer/acme", std::nullopt}).size(), 3u);
  EXPECT_EQ(entries({std::nullopt, "", "customer", std::nullopt}).size(), 4u);
  EXPECT_EQ(entries({std::nullopt, "", "", at_ms(3)}).size(), 2u);
  auto first = must(audit_repository{read()}.list({}, {3, ""}));
  ASSERT_EQ(first.entries.size(), 3u);
  auto rest = must(audit_repository{read()}.list({}, {3, first.next_cursor}));
  ASSERT_EQ(rest.entries.size(), 1u);
  EXPECT_EQ(rest.entries[0].at, at_ms(1));
  EXPECT_EQ(rest.next_cursor, "");
  EXPECT_EQ(code_of(audit_repository{read()}.list({}, {3, "x"})), errc::invalid_argument);
}

TEST_F(audit_test, a_page_of_long_entries_ends_early_and_the_next_one_goes_on) {
  for (uint32_t n = 1; n <= 6; ++n)
    must(apply_as(put_acme(n - 1, std::string(300 * 1024, 'A')), as(n)));
  // All but the first hold the name twice, before and after the change.
  auto first = must(audit_repository{read()}.list({}, {250, ""}));
  EXPECT_EQ(first.entries.size(), 2u);
  auto second = must(audit_repository{read()}.list({}, {250, first.next_cursor}));
  ASSERT_EQ(second.entries.size(), 2u);
  EXPECT_EQ(second.entries[0].at, at_ms(4));
}

TEST_F(audit_test, lists_what_lies_behind_an_entry_that_cannot_be_read) {
  for (uint32_t n = 1; n <= 3; ++n)
    must(apply_as(put_acme(n - 1, "A"), as(n)));
  auto tx = must(env_->write());
  must(tx.put(database::audit, as_key(make_ulid(3)), "\xff"));
  must(tx.commit());
  page_request request{1, ""};
  std::vector<timestamp> listed;
  do {
    auto part = must(audit_repository{read()}.list({}, request));
    for (auto& x : part.entries)
      listed.push_back(x.at);
    request.cursor = part.next_cursor;
  } while (!request.cursor.empty());
  EXPECT_THAT(listed, ElementsAre(at_ms(2), at_ms(1)));
}

TEST_F(audit_test, lists_what_was_done_while_the_clock_was_ahead) {
  must(apply_as(put_acme(0, "A"), as(1)));
  must(apply_as(put_acme(1, "A"), {{}, audit_id{make_ulid(2)}, at_ms(5000)}));
  must(apply_as(put_acme(2, "A"), {{}, audit_id{make_ulid(3)}, at_ms(100)}));
  auto found = entries({std::nullopt, "", "", at_ms(1000)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].at, at_ms(5000));
}

TEST_F(audit_test, forgets_what_is_older_than_its_retention_in_steps) {
  must(apply_as(put_acme(0, "A"), as(1)));
  for (uint32_t n = 2; n < 6; ++n)
    must(apply_as(put_acme(n - 1, "A"), as(n)));
  auto tx = must(env_->write());
  auto first = must(prune_audit(tx, at_ms(4), 0ms, 2));
  EXPECT_EQ(first.entries, 2u);
  ASSERT_TRUE(first.resume);
  auto second = must(prune_audit(tx, at_ms(4), 0ms, 2, *first.resume));
  EXPECT_EQ(second.entries, 1u);
  EXPECT_FALSE(second.resume);
  EXPECT_EQ(must(prune_audit(tx, at_ms(4), 0ms, 2)).entries, 0u);
  must(tx.commit());
  EXPECT_EQ(entries().size(), 2u);
}

TEST_F(audit_test, forgets_what_was_done_after_the_clock_had_been_ahead) {
  auto now = timestamp{} + years{50};
  auto revision = uint64_t{0};
  auto put_at = [&](timestamp at) {
    authorship who = as(1);
    who.id = audit_id{ids_.next(static_cast<uint64_t>(to_unix_ms(at)))};
    who.at = at;
    must(apply_as(put_acme(revision++, "A"), who));
  };
  put_at(now + years{1});
  put_at(now);
  put_at(now);
  // A process that starts then begins with ids of its own time.
  ids_ = ulid_generator{2};
  put_at(now + days{30});
  auto tx = must(env_->write());
  audit_id from;
  uint32_t removed = 0;
  for (int steps = 0; steps < 4; ++steps) {
    auto result = must(prune_audit(tx, now + days{31}, days{30}, 2, from));
    removed += result.entries;
    if (!result.resume)
      break;
    from = *result.resume;
  }
  must(tx.commit());
  EXPECT_EQ(removed, 2u);
  std::vector<timestamp> left;
  for (auto& x : entries())
    left.push_back(x.at);
  EXPECT_THAT(left, ElementsAre(now + years{1}, now + days{30}));
}

TEST_F(audit_test, looks_at_nothing_more_where_the_clock_is_behind) {
  auto now = timestamp{} + years{50};
  auto revision = uint64_t{0};
  auto put_at = [&](timestamp at) {
    authorship who = as(1);
    who.id = audit_id{ids_.next(at)};
    who.at = at;
    must(apply_as(put_acme(revision++, "A"), who));
  };
  put_at(now - days{31});
  put_at(now);
  for (int i = 0; i < 5; ++i)
    put_at(now + years{1});
  auto tx = must(env_->write());
  auto result = must(prune_audit(tx, now, days{30}, 4));
  EXPECT_EQ(result.entries, 1u);
  EXPECT_EQ(result.resume, std::nullopt);
}

TEST_F(audit_test, forgets_what_is_old_beside_an_entry_that_cannot_be_read) {
  must(apply_as(put_acme(0, "A"), as(1)));
  for (uint32_t n = 2; n < 5; ++n)
    must(apply_as(put_acme(n - 1, "A"), as(n)));
  auto second = entries().at(2).id;
  auto tx = must(env_->write());
  must(tx.put(database::audit, as_key(second), "\xff"));
  std::vector<std::string> faults;
  auto note = [&faults](const std::string& what) { faults.push_back(what); };
  EXPECT_EQ(must(prune_audit(tx, at_ms(4), 0ms, 10, {}, note)).entries, 2u);
  EXPECT_EQ(must(tx.count(database::audit)), 2u);
  EXPECT_EQ(faults.size(), 1u);
}

} // namespace

} // namespace tocsin::storage
