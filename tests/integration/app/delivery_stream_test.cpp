#include "http/event_stream.hpp"
#include "tests/integration/app/browser.hpp"
#include "tests/integration/app/event_reader.hpp"
#include "tests/integration/app/service_fixture.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tocsin {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// What readers of the real service see over real sockets.
class delivery_stream_test : public service_fixture {
protected:
  std::string bearer(const std::string& token) const {
    return "Authorization: Bearer " + token + "\r\n";
  }

  /// A reader that is listening once this returns.
  std::unique_ptr<event_reader> open(const std::string& query = "",
                                     const std::string& headers = "") {
    auto result = std::make_unique<event_reader>(service->url());
    auto status = result->open("/deliveries/stream" + query,
                               headers.empty() ? bearer(service->token()) : headers);
    EXPECT_EQ(status, 200u);
    return result;
  }

  std::unique_ptr<event_reader> come_back(const std::string& id, const std::string& query = "") {
    return open(query, bearer(service->token()) + "Last-Event-ID: " + id + "\r\n");
  }

  /// The states of the next `count` deliveries that the reader is told of.
  static std::vector<std::string> states(event_reader& from, size_t count) {
    std::vector<std::string> result;
    while (result.size() < count) {
      auto x = from.next();
      if (!x) {
        ADD_FAILURE() << "the stream ended after " << result.size();
        break;
      }
      EXPECT_EQ(x->name, "delivery");
      result.push_back(x->text("/state"));
    }
    return result;
  }

  std::string make_token(const std::string& scopes) {
    auto reply = api().post("/tokens", fmt::format(R"({{"name":"t","scopes":[{}]}})", scopes));
    EXPECT_EQ(reply.status, 201);
    token_id_ = reply.text("/id");
    return reply.text("/token");
  }

  std::string token_id_;
};

TEST_F(delivery_stream_test, tells_what_befalls_a_delivery_in_order) {
  add_webhook("hook");
  auto reader = open();
  auto event = send("deploy.success");
  auto pending = reader->next();
  ASSERT_TRUE(pending);
  EXPECT_EQ(pending->text("/state"), "pending");
  EXPECT_EQ(pending->text("/event_type"), "deploy.success");
  auto delivered = reader->next();
  ASSERT_TRUE(delivered);
  EXPECT_EQ(delivered->text("/state"), "delivered");
  EXPECT_LT(pending->id, delivered->id);
  wait_until_ended(event);
  // As the list shows it.
  EXPECT_EQ(delivered->data, api().get("/deliveries").body.at("data").at(0));
}

TEST_F(delivery_stream_test, tells_of_failures_suppressions_and_what_operators_do) {
  providers.script("webhook/hook", standin::http_answer(503, "busy").repeated(0));
  auto channel = add_webhook("hook");
  auto reader = open();
  send("deploy.failure");
  EXPECT_THAT(states(*reader, 2), ElementsAre("pending", "scheduled"));
  auto id = api().get("/deliveries").text("/data/0/id");
  EXPECT_EQ(api().patch("/channels/" + channel, R"({"enabled":false})").status, 200);
  // An attempt may be under way.
  auto end = deadline();
  while (api().post("/deliveries/" + id + "/cancel", "").status != 200)
    ASSERT_LT(std::chrono::steady_clock::now(), end);
  auto last = reader->next();
  while (last && last->text("/state") == "scheduled")
    last = reader->next();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->text("/state"), "cancelled");
  send("deploy.failure");
  auto suppressed = reader->next();
  ASSERT_TRUE(suppressed);
  EXPECT_EQ(suppressed->text("/state"), "suppressed");
  EXPECT_EQ(suppressed->text("/reason"), "channel_disabled");
}

TEST_F(delivery_stream_test, goes_on_where_a_reader_left_off) {
  add_webhook("hook");
  auto first = open();
  send("deploy.success");
  auto seen = first->next();
  ASSERT_TRUE(seen);
  first.reset();
  wait_until_ended(send("deploy.failure"));
  auto second = come_back(seen->id);
  std::vector<std::string> types;
  for (int i = 0; i < 3; ++i) {
    auto x = second->next();
    ASSERT_TRUE(x);
    EXPECT_EQ(x->name, "delivery");
    EXPECT_LT(seen->id, x->id);
    types.push_back(x->text("/event_type") + ' ' + x->text("/state"));
    seen = x;
  }
  EXPECT_THAT(types,
              testing::UnorderedElementsAre("deploy.success delivered", "deploy.failure pending",
                                            "deploy.failure delivered"));
}

TEST_F(delivery_stream_test, loses_nothing_between_an_opening_and_the_first_event) {
  add_webhook("hook");
  auto first = open();
  auto begin = first->position();
  ASSERT_FALSE(begin.empty());
  first.reset();
  wait_until_ended(send("deploy.success"));
  auto second = come_back(begin);
  EXPECT_THAT(states(*second, 2), ElementsAre("pending", "delivered"));
}

TEST_F(delivery_stream_test, tells_a_reader_of_an_earlier_run_to_list_anew) {
  add_webhook("hook");
  auto first = open();
  wait_until_ended(send("deploy.success"));
  auto seen = first->next();
  ASSERT_TRUE(seen);
  first.reset();
  service->restart();
  auto second = come_back(seen->id);
  auto reset = second->next();
  ASSERT_TRUE(reset);
  EXPECT_EQ(reset->name, "reset");
  EXPECT_LT(seen->id, reset->id);
  send("deploy.failure");
  EXPECT_THAT(states(*second, 2), ElementsAre("pending", "delivered"));
}

TEST_F(delivery_stream_test, lets_through_what_is_asked_for) {
  auto hook = add_webhook("hook");
  add_webhook("other");
  auto reader = open("?state=delivered&event_type=deploy.failure&service=my-app&channel=" + hook);
  wait_until_ended(send("deploy.success"));
  wait_until_ended(send("deploy.failure"));
  auto x = reader->next();
  ASSERT_TRUE(x);
  EXPECT_EQ(x->text("/event_type"), "deploy.failure");
  EXPECT_EQ(x->text("/channel"), hook);
  EXPECT_EQ(x->text("/state"), "delivered");
}

TEST_F(delivery_stream_test, masks_without_the_scope) {
  add_webhook("hook");
  auto reader = open("", bearer(make_token(R"("read")")));
  send("deploy.success");
  auto x = reader->next();
  ASSERT_TRUE(x);
  EXPECT_EQ(x->text("/message"), "[masked]");
  EXPECT_THAT(boost::json::serialize(x->data), Not(HasSubstr("It happened")));
}

TEST_F(delivery_stream_test, shows_a_customer_its_own_alone) {
  add_webhook("admins");
  for (auto name : {"acme", "rival"}) {
    api().post("/customers", fmt::format(R"({{"name":"{0}","services":["my-app"],)"
                                         R"("portal_enabled":true}})",
                                         name));
    add_channel(fmt::format(R"({{"owner":"customer/{0}","name":"{0}","type":"webhook",)"
                            R"("settings":{{"url":"https://{0}.example.com/hook"}}}})",
                            name));
  }
  browser acme{service->url()};
  acme.enter_portal(api().post("/customers/acme/portal-links", "").text("/code"));
  auto reader = open("", "Cookie: " + acme.cookie() + "\r\n");
  send("deploy.failure", R"(,"customer":"rival")");
  send("deploy.failure");
  auto own = send("deploy.failure", R"(,"customer":"acme")");
  auto x = reader->next();
  ASSERT_TRUE(x);
  EXPECT_EQ(x->text("/recipient"), "customer/acme");
  EXPECT_EQ(x->text("/event_id"), own);
  // The end of its access is the end of its stream.
  EXPECT_EQ(api().patch("/customers/acme", R"({"portal_enabled":false})").status, 200);
  for (; x; x = reader->next())
    EXPECT_EQ(x->text("/recipient"), "customer/acme");
  EXPECT_TRUE(reader->has_ended_in_order());
}

TEST_F(delivery_stream_test, ends_with_its_token) {
  auto reader = open("", bearer(make_token(R"("read")")));
  EXPECT_EQ(api().remove("/tokens/" + token_id_).status, 204);
  EXPECT_FALSE(reader->next());
  EXPECT_TRUE(reader->has_ended_in_order());
}

TEST_F(delivery_stream_test, ends_in_order_with_the_service) {
  auto reader = open();
  service->stop();
  EXPECT_FALSE(reader->next());
  EXPECT_TRUE(reader->has_ended_in_order());
}

} // namespace

} // namespace tocsin
