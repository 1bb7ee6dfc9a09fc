#include "http/event_stream.hpp"
#include "tests/integration/http/server_fixture.hpp"
#include "tests/integration/http/tls_client.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/standin/certificate.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace tocsin::http {

namespace {

using namespace std::chrono_literals;

constexpr auto path = "/api/v1/deliveries/stream";

class stream_test : public server_fixture {
protected:
  bool reader_leaves() {
    return eventually([this] {
      std::lock_guard lock{world().guard};
      return !world().readers_gone.empty();
    });
  }
};

TEST_F(stream_test, comes_in_chunks) {
  start();
  raw_client client{server_->port()};
  client.send(text_of("GET", path));
  auto head = client.read(false);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200u);
  EXPECT_EQ(head->headers["content-type"], "text/event-stream");
  EXPECT_EQ(head->headers["transfer-encoding"], "chunked");
  EXPECT_EQ(head->headers["cache-control"], "no-store");
  EXPECT_EQ(head->headers["connection"], "close");
  EXPECT_FALSE(head->headers.contains("content-length"));
  // "retry: 2000\n" and 49 bytes of id make 61.
  EXPECT_TRUE(client.read_until("3d\r\nretry: 2000\nid: " + to_string(feed_position{known_run(), 7})
                                + "\n\n\r\n"));
  EXPECT_TRUE(client.read_until("\nevent: delivery\ndata: {"));
  EXPECT_TRUE(client.read_until("}\n\n\r\n"));
}

TEST_F(stream_test, ends_with_the_connection_for_http_1_0) {
  start();
  raw_client client{server_->port()};
  client.send("GET " + std::string{path} + " HTTP/1.0\r\nAuthorization: Bearer all\r\n\r\n");
  auto head = client.read(false);
  ASSERT_TRUE(head);
  EXPECT_FALSE(head->headers.contains("transfer-encoding"));
  EXPECT_TRUE(client.read_until("event: delivery"));
  EXPECT_TRUE(client.read_until("}\n\n"));
  server_->stop_accepting_events();
  EXPECT_TRUE(client.sees_close());
}

TEST_F(stream_test, has_no_body_for_head_and_takes_no_seat) {
  options_.max_streams = 1;
  start();
  for (int i = 0; i < 3; ++i) {
    raw_client client{server_->port()};
    client.send(text_of("HEAD", path));
    auto head = client.read(false);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->status, 200u);
    EXPECT_EQ(head->headers["content-type"], "text/event-stream");
    EXPECT_TRUE(client.sees_close());
  }
}

TEST_F(stream_test, lets_its_seat_go_with_its_reader) {
  options_.max_streams = 1;
  start();
  {
    raw_client first{server_->port()};
    first.send(text_of("GET", path));
    ASSERT_TRUE(first.read_until("event: delivery"));
    raw_client second{server_->port()};
    second.send(text_of("GET", path));
    EXPECT_EQ(second.read()->status, 429u);
  }
  EXPECT_TRUE(reader_leaves());
  raw_client third{server_->port()};
  third.send(text_of("GET", path));
  EXPECT_TRUE(third.read_until("event: delivery"));
}

TEST_F(stream_test, ends_in_order_when_the_service_stops) {
  start();
  raw_client client{server_->port()};
  client.send(text_of("GET", path));
  ASSERT_TRUE(client.read_until("event: delivery"));
  ASSERT_TRUE(client.read_until("}\n\n\r\n"));
  server_->stop_accepting_events();
  EXPECT_TRUE(client.read_until("0\r\n\r\n"));
  EXPECT_TRUE(client.sees_close());
}

TEST_F(stream_test, ends_in_order_even_where_the_server_stops_at_once) {
  start();
  raw_client client{server_->port()};
  client.send(text_of("GET", path));
  ASSERT_TRUE(client.read_until("event: delivery"));
  ASSERT_TRUE(client.read_until("}\n\n\r\n"));
  server_->stop();
  EXPECT_TRUE(client.read_until("0\r\n\r\n"));
}

TEST_F(stream_test, ends_when_its_token_is_revoked) {
  start();
  raw_client client{server_->port()};
  client.send(text_of("GET", path));
  ASSERT_TRUE(client.read_until("event: delivery"));
  ASSERT_TRUE(client.read_until("}\n\n\r\n"));
  {
    std::lock_guard lock{world().guard};
    world().tokens.erase("all");
  }
  ++*fakes_->actors.epoch;
  EXPECT_TRUE(client.read_until("0\r\n\r\n"));
  EXPECT_TRUE(client.sees_close());
}

TEST_F(stream_test, is_cut_off_for_one_who_does_not_read) {
  options_.transfer_timeout = 200ms;
  options_.max_streams = 1;
  start();
  {
    std::lock_guard lock{world().guard};
    world().is_flooding = true;
  }
  raw_client client{server_->port()};
  client.send(text_of("GET", path));
  EXPECT_TRUE(eventually([this] {
    std::lock_guard lock{world().guard};
    return world().follows.size() > 1;
  }));
  // Its seat is free once it was cut off.
  EXPECT_TRUE(eventually([this] {
    raw_client next{server_->port()};
    next.send(text_of("HEAD", path));
    auto head = next.read(false);
    return head && head->status == 200;
  }));
  // What it had not taken was not asked for either: no more than the kernel holds.
  std::lock_guard lock{world().guard};
  EXPECT_LT(world().follows.size(), 200u);
}

TEST_F(stream_test, closes_on_one_who_keeps_talking) {
  start();
  raw_client client{server_->port()};
  client.send(text_of("GET", path));
  ASSERT_TRUE(client.read_until("event: delivery"));
  std::string chatter(1024, 'x');
  EXPECT_TRUE(eventually([&] { return !client.send(chatter); }));
  EXPECT_TRUE(reader_leaves());
}

TEST_F(stream_test, goes_through_tls_and_ends_in_order) {
  temporary_directory directory;
  auto certificate = standin::make_certificate();
  options_.tls_certificate = directory.path() / "certificate.pem";
  options_.tls_key = directory.path() / "key.pem";
  std::ofstream{options_.tls_certificate} << certificate.certificate;
  std::ofstream{options_.tls_key} << certificate.key;
  start();
  tls_client client{server_->port()};
  client.send(text_of("GET", path));
  ASSERT_TRUE(client.read_until("event: delivery"));
  ASSERT_TRUE(client.read_until("}\n\n\r\n"));
  server_->stop_accepting_events();
  EXPECT_TRUE(client.read_until("0\r\n\r\n"));
  EXPECT_TRUE(client.sees_close());
}

} // namespace

} // namespace tocsin::http
