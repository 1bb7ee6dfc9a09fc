#include "tests/unit/app/cli/command_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin::cli {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using deadletter_commands_test = command_test;

/// An answer of the service to a replay.
std::string done(const std::string& numbers, const std::string& next = "null",
                 const std::string& stopped_by = "null") {
  return R"({"dry_run":false,)" + numbers + R"(,"refused":[],"next_cursor":)" + next
         + R"(,"has_more":false,"stopped_by":)" + stopped_by + "}";
}

const std::string two_of_three = R"("matched":3,"replayed":2,"skipped":1,"may_duplicate":1,)"
                                 R"("first_due_at":"t1","last_due_at":"t2")";
const std::string one_more = R"("matched":1,"replayed":1,"skipped":0,"may_duplicate":0,)"
                             R"("first_due_at":"t3","last_due_at":"t3")";

TEST_F(deadletter_commands_test, lists_and_groups_what_is_selected) {
  answer("GET /channels?limit=250", 200,
         R"({"data":[{"id":"C1","name":"ops"}],"next_cursor":null})");
  answer("GET /dead-letters?channel=C1&code=404&event_type=quota.warning&customer=acme"
         "&since=2026-03-29T00%3A00%3A00Z&limit=50",
         200,
         R"({"data":[{"id":"D1","finished_at":"t","event_type":"quota.warning","service":null,)"
         R"("channel":"C1","recipient":"admin/admin","last_code":"404","last_text":"gone",)"
         R"("may_duplicate":true}],"next_cursor":null})");
  auto listed = run({"deadletter", "list", "--channel", "ops", "--code", "404", "--type",
                     "quota.warning", "--customer", "acme", "--since", "2026-03-29T00:00:00Z"});
  EXPECT_EQ(listed.code, exit_code::ok) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr("admin/admin  404   gone  yes"));
  answer("GET /dead-letters/groups?limit=50", 200,
         R"({"data":[{"channel":"C1","code":"404","count":7,"oldest":"a","newest":"b",)"
         R"("sample":"D1","sample_text":"gone"}],"next_cursor":null})");
  EXPECT_EQ(run({"deadletter", "groups"}).out,
            "CHANNEL  CODE  COUNT  OLDEST  NEWEST  SAMPLE  TEXT\n"
            "C1       404       7  a       b       D1      gone\n");
}

TEST_F(deadletter_commands_test, goes_from_request_to_request_and_adds_up) {
  answer("POST /dead-letters/replay", 200, done(two_of_three, R"("c1")"));
  answer("POST /dead-letters/replay", 200, done(one_more));
  auto result = run({"deadletter", "replay", "--code", "404", "--rate", "60", "--yes"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(result.out, "dry_run        no\n"
                        "matched        4\n"
                        "replayed       3\n"
                        "skipped        1\n"
                        "may_duplicate  1\n"
                        "first_due_at   t1\n"
                        "last_due_at    t3\n");
  EXPECT_THAT(result.err, HasSubstr("1 of them may already have arrived"));
  auto requests = api_.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].body, R"({"code":"404","per_minute":60,"dry_run":false})");
  EXPECT_EQ(requests[1].body, R"({"code":"404","per_minute":60,"dry_run":false,"cursor":"c1"})");
}

TEST_F(deadletter_commands_test, only_looks_where_a_dry_run_is_asked_for) {
  answer("POST /dead-letters/replay", 200, done(two_of_three));
  auto result = run({"deadletter", "replay", "D1", "D2", "--dry-run", "--format", "json"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"matched\": 3"));
  ASSERT_EQ(api_.requests().size(), 1u);
  EXPECT_EQ(api_.requests()[0].body, R"({"ids":["D1","D2"],"dry_run":true})");
}

TEST_F(deadletter_commands_test, asks_before_it_does_anything) {
  answer("POST /dead-letters/discard", 200,
         R"({"dry_run":true,"matched":2,"discarded":0,"skipped":0,"may_duplicate":0,)"
         R"("first_due_at":null,"last_due_at":null,"refused":[],"next_cursor":null,)"
         R"("has_more":false,"stopped_by":null})");
  std::vector<std::string> command{"deadletter", "discard", "--code", "", "--reason", "old"};
  for (auto* input : {"", "n\n", "\n"}) {
    auto result = run(command, input);
    EXPECT_EQ(result.code, exit_code::usage);
    EXPECT_THAT(result.err, HasSubstr("Really discard 2 dead letters?"));
    EXPECT_THAT(result.err, HasSubstr("nothing was done"));
    EXPECT_EQ(api_.requests().back().body, R"({"code":"","reason":"old","dry_run":true})");
  }
  EXPECT_EQ(run(command, "y\n").code, exit_code::ok);
  EXPECT_EQ(api_.requests().back().body, R"({"code":"","reason":"old","dry_run":false})");
}

TEST_F(deadletter_commands_test, discards_nothing_where_an_option_has_lost_its_value) {
  auto result = run({"deadletter", "discard", "--code", "404", "--reason=", "--dry-run", "--yes"});
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err, HasSubstr("--reason= has no value"));
  EXPECT_THAT(asked(), ElementsAre());
}

TEST_F(deadletter_commands_test, takes_no_empty_value_for_everything) {
  for (const auto* option : {"--channel", "--type", "--customer", "--since", "--until"}) {
    auto result
      = run({"deadletter", "discard", "--code", "404", option, "", "--reason", "old", "--yes"});
    EXPECT_EQ(result.code, exit_code::usage);
    EXPECT_THAT(result.err, HasSubstr(std::string{option} + ": an empty value"));
  }
  EXPECT_THAT(asked(), ElementsAre());
}

TEST_F(deadletter_commands_test, takes_a_value_that_ends_like_an_option) {
  answer("POST /dead-letters/discard", 200,
         R"({"dry_run":true,"matched":0,"discarded":0,)"
         R"("skipped":0,"may_duplicate":0,"first_due_at":null,"last_due_at":null,"refused":[],)"
         R"("next_cursor":null,"has_more":false,"stopped_by":null})");
  run({"deadletter", "discard", "--dry-run", "--reason=a=", "--", "--D1="});
  EXPECT_EQ(api_.requests().back().body, R"({"ids":["--D1="],"reason":"a=","dry_run":true})");
}

TEST_F(deadletter_commands_test, tells_where_the_service_stopped) {
  answer("POST /dead-letters/replay", 200,
         done(two_of_three, R"("c1")", R"({"code":"storage_full","detail":"no room"})"));
  auto result = run({"deadletter", "replay", "--until", "2026-03-29T00:00:00Z", "--yes"});
  EXPECT_EQ(result.code, exit_code::refused);
  EXPECT_THAT(result.err, HasSubstr("stopped early: no room (storage_full)"));
  EXPECT_THAT(result.out, HasSubstr("replayed       2"));
}

TEST_F(deadletter_commands_test, wants_to_know_which_are_meant) {
  EXPECT_EQ(run({"deadletter", "replay", "--yes"}).code, exit_code::usage);
  EXPECT_EQ(run({"deadletter", "replay", "D1", "--code", "404"}).code, exit_code::usage);
  EXPECT_EQ(run({"deadletter", "replay", "D1", "--rate", "0"}).code, exit_code::usage);
  EXPECT_EQ(run({"deadletter", "discard", "D1"}).code, exit_code::usage);
  EXPECT_THAT(asked(), ElementsAre());
}

} // namespace

} // namespace tocsin::cli
