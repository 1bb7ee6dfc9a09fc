#include "tests/support/metrics_page.hpp"
#include "tests/unit/http/router_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin::http {

namespace {

using testing::IsEmpty;

class metrics_routes : public router_fixture {};

TEST_F(metrics_routes, answers_as_prometheus_asks) {
  auto reply = send(method::get, "/metrics");
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(reply.content_type, "text/plain; version=0.0.4; charset=utf-8");
  metrics_page page{reply.body};
  EXPECT_THAT(page.faults(), IsEmpty());
  EXPECT_EQ(page.find("tocsin_actor_mailbox_messages", {{"actor", "tocsin.ingress"}}), 2);
}

TEST_F(metrics_routes, shows_single_channels_to_those_who_ask) {
  for (auto target : {"/metrics", "/metrics?channels=false"})
    EXPECT_EQ(metrics_page{send(method::get, target).body}.families().count("tocsin_channel_info"),
              0u);
  metrics_page page{send(method::get, "/metrics?channels=true").body};
  EXPECT_THAT(page.faults(), IsEmpty());
  EXPECT_EQ(page.families().count("tocsin_channel_info"), 1u);
  for (auto target : {"/metrics?channels=1", "/metrics?channels=", "/metrics?channel=true"})
    EXPECT_EQ(send(method::get, target).status, 422u) << target;
}

TEST_F(metrics_routes, says_whether_the_node_is_ready) {
  auto ready = [this](std::string_view name) {
    return metrics_page{send(method::get, "/metrics").body}.find(name);
  };
  EXPECT_EQ(ready("tocsin_ready"), 1);
  *fakes_->actors.has_room = false;
  EXPECT_EQ(ready("tocsin_ready"), 0);
  EXPECT_EQ(ready("tocsin_storage_has_room"), 0);
  EXPECT_EQ(ready("tocsin_storage_writable"), 1);
  *fakes_->actors.has_room = true;
  *fakes_->actors.can_write = false;
  EXPECT_EQ(ready("tocsin_ready"), 0);
  EXPECT_EQ(ready("tocsin_storage_writable"), 0);
  *fakes_->actors.can_write = true;
  door_.close();
  EXPECT_EQ(ready("tocsin_ready"), 0);
}

TEST_F(metrics_routes, say_how_much_waits_at_the_door_at_that_moment) {
  auto waiting = door_.enter(3);
  metrics_page page{send(method::get, "/metrics").body};
  EXPECT_EQ(page.find("tocsin_places_taken"), 3);
  EXPECT_EQ(page.find("tocsin_places_limit"), 4);
}

TEST_F(metrics_routes, are_neither_below_the_api_nor_changed) {
  EXPECT_EQ(send(method::get, "/api/v1/metrics").status, 404u);
  // Below the portal there are only its pages.
  EXPECT_TRUE(send(method::get, "/portal/metrics").content_type.starts_with("text/html"));
  auto reply = send(method::post, "/metrics", "{}");
  EXPECT_EQ(reply.status, 405u);
  EXPECT_EQ(header_of(reply, "Allow"), "GET, HEAD");
}

} // namespace

} // namespace tocsin::http
