#include "tests/integration/http/server_fixture.hpp"
#include "tests/support/metrics_page.hpp"

#include <caf/send.hpp>
#include <fmt/format.h>

#include <atomic>
#include <thread>
#include <vector>

namespace tocsin::http {

using server_test = server_fixture;

TEST_F(server_test, answers_events_on_one_connection_again_and_again) {
  start();
  raw_client client{server_->port()};
  for (int i = 0; i < 3; ++i) {
    client.send(text_of("POST", "/api/v1/events", good_event));
    auto reply = client.read();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 202u);
    EXPECT_EQ(reply->body, R"({"id":"event-0","status":"accepted","deliveries":2})");
    EXPECT_EQ(reply->headers["content-type"], "application/json");
    EXPECT_TRUE(reply->headers["date"].ends_with(" GMT"));
    EXPECT_FALSE(reply->headers.contains("connection"));
  }
  EXPECT_EQ(world().submitted.size(), 3u);
}

TEST_F(server_test, answers_pipelined_requests_in_their_order) {
  start();
  raw_client client{server_->port()};
  std::string all;
  for (int i = 0; i < 20; ++i)
    all += i % 2 == 0 ? text_of("POST", "/api/v1/events", good_event)
                      : text_of("GET", "/api/v1/nothing/" + std::to_string(i));
  client.send(all);
  for (int i = 0; i < 20; ++i) {
    auto reply = client.read();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, i % 2 == 0 ? 202u : 404u) << i;
  }
}

TEST_F(server_test, takes_a_chunked_body) {
  start();
  raw_client client{server_->port()};
  client.send("POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer all\r\n"
              "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
              "11\r\n{\"event\":\"deploy.\r\n");
  client.send("17\r\nsuccess\",\"message\":\"x\"}\r\n0\r\n\r\n");
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 202u) << reply->body;
}

TEST_F(server_test, takes_a_request_byte_by_byte) {
  start();
  raw_client client{server_->port()};
  for (char c : text_of("POST", "/api/v1/events", good_event))
    client.send({&c, 1});
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 202u);
}

TEST_F(server_test, lets_a_client_go_on_that_waits_before_it_sends_the_body) {
  start();
  raw_client client{server_->port()};
  auto text = text_of("POST", "/api/v1/events", good_event, "Expect: 100-continue\r\n");
  auto head = text.substr(0, text.size() - good_event.size());
  client.send(head);
  ASSERT_TRUE(client.read_until("HTTP/1.1 100 Continue\r\n\r\n"));
  client.send(good_event);
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 202u);
}

TEST_F(server_test, answers_a_client_that_has_ended_its_side) {
  start();
  raw_client client{server_->port()};
  client.send(text_of("POST", "/api/v1/events", good_event));
  client.end_sending();
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 202u);
  EXPECT_TRUE(client.sees_close());
}

TEST_F(server_test, closes_when_the_client_asks_for_it) {
  start();
  raw_client client{server_->port()};
  client.send(text_of("GET", "/healthz", {}, "Connection: close\r\n"));
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->headers["connection"], "close");
  EXPECT_TRUE(client.sees_close());
  raw_client old{server_->port()};
  old.send("GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.read()->status, 200u);
  EXPECT_TRUE(old.sees_close());
}

TEST_F(server_test, keeps_an_old_connection_that_wants_to_be_kept) {
  start();
  raw_client client{server_->port()};
  for (int i = 0; i < 2; ++i) {
    client.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    auto reply = client.read();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->headers["connection"], "keep-alive");
  }
}

TEST_F(server_test, gives_every_response_an_id) {
  start();
  raw_client client{server_->port()};
  client.send(text_of("GET", "/healthz"));
  auto made = client.read()->headers["x-request-id"];
  EXPECT_EQ(made.size(), 26u);
  client.send(text_of("GET", "/healthz", {}, "X-Request-Id: panel-17.a_b\r\n"));
  EXPECT_EQ(client.read()->headers["x-request-id"], "panel-17.a_b");
  client.send(text_of("GET", "/healthz", {}, "X-Request-Id: a b\r\n"));
  auto replaced = client.read()->headers["x-request-id"];
  EXPECT_EQ(replaced.size(), 26u);
  EXPECT_NE(replaced, made);
}

TEST_F(server_test, answers_head_as_get_without_a_body) {
  start();
  raw_client client{server_->port()};
  for (auto path : {"/healthz", "/api/v1/event-types", "/api/v1/nothing"}) {
    client.send(text_of("GET", path) + text_of("HEAD", path));
    auto whole = client.read();
    auto head = client.read(false);
    ASSERT_TRUE(whole && head);
    EXPECT_EQ(head->status, whole->status);
    EXPECT_EQ(head->headers["content-length"], std::to_string(whole->body.size()));
    EXPECT_EQ(head->headers["content-type"], whole->headers["content-type"]);
  }
  client.send(text_of("OPTIONS", "/healthz") + text_of("HEAD", "/api/v1/channels/test"));
  auto refused = client.read();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 405u);
  EXPECT_EQ(refused->headers["allow"], "GET, HEAD");
}

TEST_F(server_test, sends_strict_headers_with_every_answer) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  start();
  for (auto& text : {text_of("GET", "/healthz"), text_of("GET", "/api/v1/nothing"),
                     text_of("DELETE", "/api/v1/channels/" + to_string(id)),
                     std::string{"GET  HTTP/1.1\r\n\r\n"}}) {
    raw_client client{server_->port()};
    client.send(text);
    auto reply = client.read();
    ASSERT_TRUE(reply) << text;
    auto& headers = reply->headers;
    EXPECT_EQ(headers["x-content-type-options"], "nosniff") << text;
    EXPECT_EQ(headers["cache-control"], "no-store") << text;
    EXPECT_EQ(headers["referrer-policy"], "no-referrer") << text;
    EXPECT_EQ(headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'")
      << text;
    EXPECT_FALSE(headers.contains("strict-transport-security")) << text;
  }
}

TEST_F(server_test, keeps_sessions_to_tls_that_a_proxy_before_it_ends) {
  constexpr auto secure = "; Secure";
  for (auto* url : {"https://notify.example.com", "http://127.0.0.1:8420", ""}) {
    fakes_->actors.public_url = url;
    start();
    raw_client client{server_->port()};
    client.send("POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                "Content-Length: 42\r\n\r\n"
                R"({"admin":"ops","password":"correct horse"})");
    auto reply = client.read();
    ASSERT_TRUE(reply) << url;
    EXPECT_EQ(reply->status, 201u) << reply->body;
    auto is_public_tls = std::string_view{url}.starts_with("https://");
    EXPECT_EQ(reply->headers["set-cookie"].ends_with(secure), is_public_tls) << url;
    EXPECT_EQ(reply->headers.contains("strict-transport-security"), is_public_tls) << url;
    server_.reset();
  }
}

TEST_F(server_test, heeds_no_cookie_that_another_host_of_the_domain_can_set) {
  world().sessions["ops-session"] = {recipient_kind::admin, "ops"};
  fakes_->actors.public_url = "https://notify.example.com";
  start();
  raw_client client{server_->port()};
  auto status_with = [&client](std::string_view cookies) {
    client.send(
      fmt::format("GET /api/v1/session HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n", cookies));
    auto reply = client.read();
    return reply ? reply->status : 0;
  };
  EXPECT_EQ(status_with("__Host-tocsin_session=ops-session"), 200u);
  EXPECT_EQ(status_with("tocsin_session=foreign; __Host-tocsin_session=ops-session"), 200u);
  EXPECT_EQ(status_with("tocsin_session=ops-session"), 401u);
}

TEST_F(server_test, deletes_without_a_body_in_the_answer) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  start();
  raw_client client{server_->port()};
  client.send(text_of("DELETE", "/api/v1/channels/" + to_string(id)));
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 204u);
  EXPECT_FALSE(reply->headers.contains("content-length"));
  client.send(text_of("GET", "/healthz"));
  EXPECT_EQ(client.read()->status, 200u);
}

TEST_F(server_test, passes_idempotency_key_and_if_match_on) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  start();
  raw_client client{server_->port()};
  client.send(text_of("POST", "/api/v1/events", good_event, "idempotency-key: k1\r\n"));
  EXPECT_EQ(client.read()->status, 202u);
  EXPECT_EQ(world().submitted.front().idempotency_key, "k1");
  client.send(text_of("PATCH", "/api/v1/channels/" + to_string(id), R"({"name":"b"})",
                      "If-Match: \"9\"\r\n"));
  EXPECT_EQ(client.read()->status, 412u);
}

TEST_F(server_test, serves_many_clients_on_several_threads) {
  options_.threads = 3;
  start();
  std::atomic<int> accepted{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([this, &accepted] {
      raw_client client{server_->port()};
      for (int k = 0; k < 50; ++k) {
        client.send(text_of("POST", "/api/v1/events", good_event));
        auto reply = client.read();
        if (reply && reply->status == 202)
          ++accepted;
      }
    });
  for (auto& x : clients)
    x.join();
  EXPECT_EQ(accepted, 400);
  EXPECT_EQ(world().submitted.size(), 400u);
}

TEST_F(server_test, counts_what_it_answers_by_the_status_code) {
  start();
  raw_client client{server_->port()};
  for (int i = 0; i < 2; ++i) {
    client.send("POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wrong\r\n"
                "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    ASSERT_TRUE(client.read());
  }
  raw_client stranger{server_->port()};
  stranger.send("no HTTP at all\r\n\r\n");
  ASSERT_TRUE(stranger.read());
  client.send(text_of("GET", "/metrics"));
  auto reply = client.read();
  ASSERT_TRUE(reply);
  metrics_page page{reply->body};
  EXPECT_TRUE(page.faults().empty());
  auto count = [&page](const std::string& code) {
    return page.find("tocsin_http_responses_total", {{"code", code}});
  };
  EXPECT_EQ(count("401"), 2);
  // One that cannot even be read.
  EXPECT_EQ(count("400"), 1);
  EXPECT_EQ(count("200"), 0);
  EXPECT_EQ(count("507"), 0);
}

TEST_F(server_test, takes_no_new_events_while_it_drains_but_answers_for_the_old) {
  start();
  world().mode = fake_world::ingress_mode::hold;
  raw_client waiting{server_->port()};
  waiting.send(text_of("POST", "/api/v1/events", good_event));
  ASSERT_TRUE(world().wait_for_submissions(1));
  server_->stop_accepting_events();
  raw_client client{server_->port()};
  client.send(text_of("POST", "/api/v1/events", good_event));
  auto refused = client.read();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503u);
  EXPECT_NE(refused->body.find("shutting_down"), std::string::npos);
  client.send(text_of("GET", "/readyz"));
  EXPECT_EQ(client.read()->status, 503u);
  client.send(text_of("GET", "/api/v1/event-types"));
  EXPECT_EQ(client.read()->status, 200u);
  caf::anon_send(fakes_->ingress, release_held{});
  auto reply = waiting.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 202u);
}

TEST_F(server_test, stops_with_connections_open_and_lets_go_of_the_actors) {
  options_.threads = 2;
  start();
  world().mode = fake_world::ingress_mode::hold;
  raw_client idle{server_->port()};
  raw_client half{server_->port()};
  half.send("POST /api/v1/events HT");
  raw_client waiting{server_->port()};
  waiting.send(text_of("POST", "/api/v1/events", good_event));
  ASSERT_TRUE(world().wait_for_submissions(1));
  server_->stop();
  EXPECT_TRUE(idle.sees_close());
  EXPECT_FALSE(waiting.read());
  // Only the fixture's own handle is left: dropping it ends the actor.
  auto stats = caf::actor_cast<caf::strong_actor_ptr>(fakes_->actors.stats);
  fakes_->actors.stats = nullptr;
  EXPECT_EQ(stats->strong_refs, 1u);
  server_->stop();
}

TEST_F(server_test, says_why_it_cannot_listen) {
  start();
  auto taken = options_;
  taken.port = server_->port();
  auto second = server::start(*system_, taken, fakes_->actors);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::unavailable);
  taken.address = "somewhere";
  EXPECT_EQ(server::start(*system_, taken, fakes_->actors).error().code, errc::invalid_argument);
  taken.threads = 0;
  EXPECT_EQ(server::start(*system_, taken, fakes_->actors).error().code, errc::invalid_argument);
}

} // namespace tocsin::http
