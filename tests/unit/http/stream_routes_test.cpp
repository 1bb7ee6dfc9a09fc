#include "http/credentials.hpp"
#include "http/event_stream.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/http/router_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin::http {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using clock = delivery_stream::clock;

constexpr auto stream = "/api/v1/deliveries/stream";

std::string id_of(uint64_t number) {
  return to_string(feed_position{known_run(), number});
}

/// What a session would do with the body of an answer.
class body_reader {
public:
  explicit body_reader(const response& x) : source_(x.source) {}

  ~body_reader() { close(); }

  void ask() {
    piece_.reset();
    source_->next([this](std::string text) { piece_ = std::move(text); });
  }

  void close() {
    if (source_)
      std::exchange(source_, nullptr)->close();
  }

  /// Nothing while it waits; empty at the end.
  const std::optional<std::string>& piece() const { return piece_; }

private:
  std::shared_ptr<body_source> source_;
  std::optional<std::string> piece_;
};

class stream_routes_test : public router_fixture {
protected:
  response open(const std::string& query = "", const std::string& last_id = "",
                const std::string& token = "all") {
    auto x = make_request(method::get, stream + query, {}, token);
    if (!last_id.empty())
      x.last_event_id = last_id;
    auto reply = send(x);
    EXPECT_EQ(reply.status, 200u) << reply.body;
    return reply;
  }

  /// The next piece, for which actors may have to be asked, though not again and again.
  std::string next(body_reader& body) {
    body.ask();
    for (int answers = 0; !body.piece() && answers < 100 && !HasFatalFailure(); ++answers)
      pump();
    return body.piece().value_or("there is none");
  }
};

TEST_F(stream_routes_test, begins_where_the_feed_is_and_goes_on_from_there) {
  auto reply = open();
  EXPECT_EQ(reply.content_type, "text/event-stream");
  EXPECT_EQ(header_of(reply, "X-Accel-Buffering"), "no");
  body_reader body{reply};
  EXPECT_EQ(next(body), "retry: 2000\nid: " + id_of(7) + "\n\n");
  auto event = next(body);
  EXPECT_THAT(event, testing::StartsWith("id: " + id_of(8) + "\nevent: delivery\ndata: {"));
  EXPECT_TRUE(event.ends_with("}\n\n"));
  auto data = boost::json::parse(event.substr(event.find('{')));
  auto listed = get("/api/v1/deliveries").at("data").at(0);
  EXPECT_EQ(data, listed);
}

TEST_F(stream_routes_test, goes_on_behind_the_last_event_that_a_reader_knows) {
  auto reply = open("", id_of(7));
  body_reader body{reply};
  EXPECT_EQ(next(body), "retry: 2000\n:\n\n");
  EXPECT_THAT(next(body), HasSubstr("id: " + id_of(8) + "\nevent: delivery"));
  std::lock_guard lock{world().guard};
  ASSERT_EQ(world().follows.size(), 2u);
  EXPECT_EQ(world().follows[1].after, (feed_position{known_run(), 7}));
}

TEST_F(stream_routes_test, tells_one_who_missed_something_to_list_anew) {
  for (auto id : {"01ARZ3NDEKTSV4RRFFQ69G5AAA-0000000000000007", "17", "no id at all"}) {
    auto reply = open("", id);
    body_reader body{reply};
    EXPECT_EQ(next(body), "retry: 2000\n:\n\n") << id;
    EXPECT_EQ(next(body), "id: " + id_of(8) + "\nevent: reset\ndata: {\"reason\":\"gap\"}\n\n");
  }
}

TEST_F(stream_routes_test, passes_the_filters_on) {
  auto reply = open("?state=dead_letter&channel=01ARZ3NDEKTSV4RRFFQ69G5FAV"
                    "&event_type=deploy.failure&customer=acme&service=shop&outcome=rejected"
                    "&code=404&text=broke");
  body_reader body{reply};
  next(body);
  next(body);
  std::lock_guard lock{world().guard};
  auto& asked = world().follows.at(1);
  EXPECT_EQ(asked.filter.state, delivery_state::dead_letter);
  EXPECT_EQ(asked.filter.channel, channel_id::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
  EXPECT_EQ(asked.filter.event_type, "deploy.failure");
  EXPECT_EQ(asked.filter.customers, std::vector<std::string>{"acme"});
  EXPECT_EQ(asked.filter.service, "shop");
  EXPECT_EQ(asked.filter.outcome, outcome_class::rejected);
  EXPECT_EQ(asked.filter.code, "404");
  EXPECT_EQ(asked.filter.text, "broke");
  EXPECT_EQ(asked.only_for, std::nullopt);
}

TEST_F(stream_routes_test, refuses_filters_that_mean_nothing) {
  for (auto query : {"?state=lost", "?channel=7", "?event_type=Deploy", "?outcome=lost",
                     "?since=2026-03-29T12:30:00Z", "?limit=7"})
    EXPECT_EQ(send(method::get, stream + std::string{query}).status, 422u) << query;
  EXPECT_EQ(send(method::get, stream + std::string{"?text=x"}, {}, "reader").status, 403u);
}

TEST_F(stream_routes_test, masks_what_its_reader_may_not_read) {
  for (auto [token, shows] : {std::pair{"seer", true}, {"reader", false}}) {
    auto reply = open("", "", token);
    body_reader body{reply};
    next(body);
    auto event = next(body);
    EXPECT_THAT(event, HasSubstr(shows ? R"("message":"no")" : R"("message":"[masked]")"));
  }
}

TEST_F(stream_routes_test, shows_a_customer_its_own_alone) {
  world().sessions["acme"] = {recipient_kind::customer, "acme"};
  auto x = make_request(method::get, stream);
  x.authorization.reset();
  x.cookie = "tocsin_session=acme";
  auto reply = send(x);
  ASSERT_EQ(reply.status, 200u) << reply.body;
  body_reader body{reply};
  next(body);
  next(body);
  std::lock_guard lock{world().guard};
  EXPECT_EQ(world().follows.at(1).only_for, (recipient_id{recipient_kind::customer, "acme"}));
}

TEST_F(stream_routes_test, asks_for_more_only_when_its_reader_has_taken_what_there_was) {
  auto reply = open();
  body_reader body{reply};
  next(body);
  next(body);
  EXPECT_EQ(world().follows.size(), 2u);
  body.ask();
  EXPECT_FALSE(body.piece());
}

TEST_F(stream_routes_test, lets_the_feed_know_that_a_reader_has_gone) {
  auto reply = open();
  body_reader body{reply};
  next(body);
  next(body);
  body.ask();
  body.close();
  pump();
  std::lock_guard lock{world().guard};
  EXPECT_THAT(world().readers_gone, testing::ElementsAre(world().follows.at(0).reader));
}

TEST_F(stream_routes_test, says_something_now_and_then) {
  auto reply = open();
  body_reader body{reply};
  next(body);
  next(body);
  body.ask();
  streams_.tick(clock::now() + 5s);
  EXPECT_FALSE(body.piece());
  streams_.tick(clock::now() + 20s);
  EXPECT_EQ(body.piece(), "id: " + id_of(8) + "\nevent: heartbeat\ndata: {}\n\n");
}

TEST_F(stream_routes_test, tells_now_and_then_how_far_it_is_where_nothing_passes) {
  world().has_hidden_move = true;
  auto reply = open();
  body_reader body{reply};
  next(body);
  next(body);
  body.ask();
  pump();
  ASSERT_TRUE(eventually([this] {
    std::lock_guard lock{world().guard};
    return world().follows.size() == 4;
  }))
    << "it asks on behind what was not shown";
  EXPECT_FALSE(body.piece());
  streams_.tick(clock::now() + 20s);
  EXPECT_EQ(body.piece(), "id: " + id_of(9) + "\nevent: heartbeat\ndata: {}\n\n");
}

TEST_F(stream_routes_test, ends_when_its_reader_loses_access) {
  auto reply = open();
  body_reader body{reply};
  next(body);
  next(body);
  body.ask();
  {
    std::lock_guard lock{world().guard};
    world().tokens.erase("all");
  }
  ++*fakes_->actors.epoch;
  streams_.tick(clock::now());
  while (!body.piece() && !HasFatalFailure())
    pump();
  EXPECT_EQ(body.piece(), "");
}

TEST_F(stream_routes_test, ends_when_its_token_expires) {
  world().expiries["all"] = system_wall_clock()() + 10s;
  auto reply = open();
  body_reader body{reply};
  next(body);
  next(body);
  body.ask();
  {
    std::lock_guard lock{world().guard};
    world().tokens.erase("all");
  }
  streams_.tick(clock::now());
  EXPECT_FALSE(body.piece());
  streams_.tick(clock::now() + 11s);
  while (!body.piece() && !HasFatalFailure())
    pump();
  EXPECT_EQ(body.piece(), "");
}

TEST_F(stream_routes_test, serves_a_token_that_expires_in_the_far_future) {
  world().expiries["all"] = *parse_rfc3339("9999-12-31T23:59:59Z");
  auto reply = open();
  body_reader body{reply};
  next(body);
  EXPECT_THAT(next(body), HasSubstr("event: delivery"));
  std::lock_guard lock{world().guard};
  EXPECT_EQ(world().token_lookups, 2u) << "more than by the request and by its stream";
}

TEST_F(stream_routes_test, shows_nothing_more_once_access_is_lost) {
  auto reply = open();
  body_reader body{reply};
  next(body);
  {
    std::lock_guard lock{world().guard};
    world().tokens.erase("all");
  }
  ++*fakes_->actors.epoch;
  EXPECT_EQ(next(body), "");
}

TEST_F(stream_routes_test, goes_on_when_another_loses_access) {
  auto reply = open();
  body_reader body{reply};
  next(body);
  ++*fakes_->actors.epoch;
  EXPECT_THAT(next(body), HasSubstr("event: delivery"));
}

TEST_F(stream_routes_test, has_room_for_so_many_readers) {
  std::vector<response> taken;
  for (int i = 0; i < 6; ++i)
    taken.push_back(open());
  auto reply = send(method::get, stream);
  EXPECT_EQ(reply.status, 429u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "overloaded");
  EXPECT_EQ(header_of(reply, "Retry-After"), "1");
  taken.back().source->close();
  taken.pop_back();
  open();
}

TEST_F(stream_routes_test, ends_when_the_service_stops) {
  auto reply = open();
  body_reader body{reply};
  next(body);
  next(body);
  body.ask();
  streams_.end_all();
  EXPECT_EQ(body.piece(), "");
  door_.close();
  EXPECT_EQ(send(method::get, stream).status, 503u);
}

} // namespace

} // namespace tocsin::http
