#include "tests/unit/http/router_fixture.hpp"

namespace tocsin::http {

namespace {

using dead_letter_routes_test = router_fixture;
using strings = std::vector<std::string>;

constexpr auto replay_path = "/api/v1/dead-letters/replay";
constexpr auto discard_path = "/api/v1/dead-letters/discard";

TEST_F(dead_letter_routes_test, passes_the_selection_on) {
  auto query = std::string{"?channel=01ARZ3NDEKTSV4RRFFQ69G5FAV&code=404&since=2026-03-29T14:30:00Z"
                           "&until=2026-03-30T00:00:00Z&limit=7&cursor=c"};
  auto x = get("/api/v1/dead-letters" + query + "&event_type=deploy.failure&customer=Acme%20Corp");
  EXPECT_EQ(x.at("next_cursor").as_string(), "next");
  EXPECT_EQ(x.at("data").at(0).at("id").as_string(), known_delivery);
  EXPECT_EQ(x.at("data").at(0).at("may_duplicate"), true);
  ASSERT_EQ(world().dead_letter_lists.size(), 1u);
  auto& asked = world().dead_letter_lists.front();
  EXPECT_EQ(asked.selection.channel, channel_id::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
  EXPECT_EQ(asked.selection.code, "404");
  EXPECT_EQ(asked.selection.event_type, "deploy.failure");
  EXPECT_EQ(asked.selection.customer, "Acme Corp");
  EXPECT_EQ(asked.selection.since, parse_rfc3339("2026-03-29T14:30:00Z"));
  EXPECT_EQ(asked.selection.until, parse_rfc3339("2026-03-30T00:00:00Z"));
  EXPECT_EQ(asked.page.limit, 7u);
  auto groups = get("/api/v1/dead-letters/groups" + query);
  EXPECT_EQ(groups.at("data").at(0), boost::json::parse(R"({
    "channel":"00000000000000000000000000","code":"404","count":7,
    "oldest":"1970-01-01T00:00:00Z","newest":"1970-01-01T00:00:01Z",
    "sample":"01ARZ3NDEKTSV4RRFFQ69G5FAV","sample_text":"no"})"));
  EXPECT_EQ(world().dead_letter_groupings.at(0).selection.code, "404");
  EXPECT_EQ(send(method::get, "/api/v1/dead-letters/groups?customer=x").status, 422u);
  get("/api/v1/dead-letters?code=");
  EXPECT_EQ(world().dead_letter_lists.at(1).selection.code, "");
}

TEST_F(dead_letter_routes_test, replays_what_is_named_or_selected) {
  world().done.matched = 3;
  world().done.moved = 2;
  world().done.skipped = 1;
  world().done.first_due_at = from_unix_ms(0);
  world().done.last_due_at = from_unix_ms(1000);
  world().done.refused.push_back(
    {*delivery_id::parse(known_delivery), fail(errc::conflict, "it is delivered")});
  auto named = send(method::post, replay_path, R"({"ids":["01ARZ3NDEKTSV4RRFFQ69G5FAV"]})");
  EXPECT_EQ(json_of(named), boost::json::parse(R"({"dry_run":false,"matched":3,"replayed":2,
    "skipped":1,"may_duplicate":0,"first_due_at":"1970-01-01T00:00:00Z",
    "last_due_at":"1970-01-01T00:00:01Z","refused":[{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "code":"conflict","detail":"it is delivered"}],"next_cursor":null,"has_more":false,
    "stopped_by":null})"));
  EXPECT_EQ(world().replays.at(0).per_minute, 600u);
  EXPECT_EQ(world().replays.at(0).choice.ids.size(), 1u);
  world().done.next_cursor = "c2";
  world().done.stopped_by = fail(errc::storage_full, "no room");
  auto selected = send(method::post, replay_path, R"({"channel":"01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "code":"","since":"2026-03-29T14:30:00Z","until":"2026-03-30T00:00:00Z","dry_run":true,
    "event_type":"deploy.failure","customer":"acme","per_minute":60,"cursor":"c1"})");
  EXPECT_EQ(json_of(selected).at("stopped_by").at("code").as_string(), "storage_full");
  EXPECT_EQ(json_of(selected).at("next_cursor").as_string(), "c2");
  auto& asked = world().replays.at(1);
  EXPECT_TRUE(asked.choice.dry_run);
  EXPECT_EQ(asked.per_minute, 60u);
  EXPECT_EQ(asked.choice.cursor, "c1");
  EXPECT_EQ(asked.choice.selection.code, "");
  EXPECT_EQ(asked.choice.selection.customer, "acme");
  EXPECT_EQ(asked.choice.selection.since, parse_rfc3339("2026-03-29T14:30:00Z"));
}

TEST_F(dead_letter_routes_test, refuses_what_says_not_clearly_which_are_meant) {
  auto errors = [this](const std::string& body) {
    auto reply = send(method::post, replay_path, body);
    EXPECT_EQ(reply.status, 422u) << reply.body;
    return errors_of(reply);
  };
  EXPECT_EQ(errors("{}"), strings{"/ids required"});
  EXPECT_EQ(errors(R"({"dry_run":true})"), strings{"/ids required"});
  EXPECT_EQ(errors(R"({"ids":[]})"), strings{"/ids required"});
  EXPECT_EQ(errors(R"({"ids":["x","01ARZ3NDEKTSV4RRFFQ69G5FAV",7]})"),
            (strings{"/ids/2 wrong_type", "/ids/0 invalid"}));
  EXPECT_EQ(errors(R"({"ids":["01ARZ3NDEKTSV4RRFFQ69G5FAV"],"code":"404"})"),
            strings{"/ids not_supported"});
  EXPECT_EQ(errors(R"({"since":"now","channel":"x","per_minute":0,"everything":true})"),
            (strings{"/channel invalid", "/since invalid", "/per_minute out_of_range",
                     "/everything unknown_key"}));
  EXPECT_EQ(errors(R"({"event_type":"Deploy"})"), strings{"/event_type unknown_event_type"});
  EXPECT_EQ(errors(R"({"code":"404","event_type":"","customer":""})"),
            (strings{"/event_type too_short", "/customer too_short"}));
  std::string many = R"({"ids":["01ARZ3NDEKTSV4RRFFQ69G5FAV")";
  for (int i = 0; i < 1000; ++i)
    many += R"(,"01ARZ3NDEKTSV4RRFFQ69G5FAV")";
  EXPECT_EQ(errors(many + "]}"), strings{"/ids too_many"});
  EXPECT_EQ(send(method::post, replay_path, R"({"code":"404"})", "reader").status, 403u);
  EXPECT_TRUE(world().replays.empty());
}

TEST_F(dead_letter_routes_test, replays_what_is_of_a_removed_event_type) {
  EXPECT_EQ(send(method::post, replay_path, R"({"event_type":"invoice.overdue"})").status, 200u);
  ASSERT_EQ(world().replays.size(), 1u);
  EXPECT_EQ(world().replays[0].choice.selection.event_type, "invoice.overdue");
}

TEST_F(dead_letter_routes_test, discards_with_a_reason_and_not_without) {
  world().done.moved = 1;
  auto reply = send(method::post, discard_path, R"({"code":"404","reason":"they have left"})");
  EXPECT_EQ(json_of(reply).at("discarded"), 1);
  EXPECT_EQ(world().discards.at(0).reason, "they have left");
  auto errors
    = [this](const std::string& body) { return errors_of(send(method::post, discard_path, body)); };
  EXPECT_EQ(errors(R"({"code":"404"})"), strings{"/reason required"});
  EXPECT_EQ(errors(R"({"code":"404","reason":" "})"), strings{"/reason required"});
  EXPECT_EQ(errors(R"({"code":"404","reason":")" + std::string(501, 'x') + R"("})"),
            strings{"/reason too_long"});
  EXPECT_EQ(errors(R"({"code":"404","reason":"x","per_minute":5})"),
            strings{"/per_minute unknown_key"});
  EXPECT_EQ(world().discards.size(), 1u);
}

} // namespace

} // namespace tocsin::http
