#include "tests/integration/http/server_fixture.hpp"
#include "tests/integration/http/tls_client.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/standin/certificate.hpp"
#include "tests/support/temporary_directory.hpp"

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

namespace tocsin::http {

using namespace std::chrono_literals;

class tls_test : public server_fixture {
protected:
  tls_test() {
    options_.tls_certificate = directory_.path() / "certificate.pem";
    options_.tls_key = directory_.path() / "key.pem";
    store(first_);
  }

  void store(const standin::key_pair& x) {
    write(options_.tls_certificate, x.certificate);
    write(options_.tls_key, x.key);
  }

  /// Replaces the file in one step, as those do who renew certificates.
  static void write(const std::filesystem::path& path, const std::string& text) {
    auto fresh = path.string() + ".new";
    std::ofstream{fresh} << text;
    std::filesystem::rename(fresh, path);
  }

  tls_offer trusting(const standin::key_pair& x) {
    tls_offer result;
    result.authority = x.certificate;
    return result;
  }

  temporary_directory directory_;
  standin::key_pair first_ = standin::make_certificate();
  standin::key_pair second_ = standin::make_certificate();
};

TEST_F(tls_test, answers_under_tls) {
  start();
  tls_client client{server_->port(), trusting(first_)};
  ASSERT_TRUE(client.is_open());
  EXPECT_EQ(client.version(), "TLSv1.3");
  for (int i = 0; i < 3; ++i) {
    client.send(text_of("POST", "/api/v1/events", good_event));
    auto reply = client.read();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 202u);
    EXPECT_EQ(reply->headers["strict-transport-security"], "max-age=31536000");
  }
  client.send(text_of("GET", "/healthz", {}, "Connection: close\r\n"));
  EXPECT_EQ(client.read()->status, 200u);
  EXPECT_TRUE(client.sees_close());
}

TEST_F(tls_test, shows_a_certificate_that_can_be_checked) {
  start();
  EXPECT_FALSE((tls_client{server_->port(), trusting(second_)}.is_open()));
  EXPECT_TRUE((tls_client{server_->port(), trusting(first_)}.is_open()));
}

TEST_F(tls_test, takes_no_protocol_before_tls_1_2_and_no_weak_cipher) {
  start();
  tls_offer offer;
  offer.highest_version = TLS1_2_VERSION;
  EXPECT_EQ((tls_client{server_->port(), offer}.version()), "TLSv1.2");
  offer.ciphers = "ECDHE-ECDSA-AES128-SHA";
  EXPECT_FALSE((tls_client{server_->port(), offer}.is_open()));
  offer.ciphers = "ALL:@SECLEVEL=0";
  offer.highest_version = TLS1_1_VERSION;
  EXPECT_FALSE((tls_client{server_->port(), offer}.is_open()));
}

TEST_F(tls_test, agrees_on_http_1_1_alone) {
  start();
  tls_offer offer;
  offer.protocols = "\x02h2\x08http/1.1";
  EXPECT_EQ((tls_client{server_->port(), offer}.protocol()), "http/1.1");
  offer.protocols = "\x02h2";
  EXPECT_FALSE((tls_client{server_->port(), offer}.is_open()));
}

TEST_F(tls_test, tells_a_client_that_forgot_tls) {
  start();
  raw_client client{server_->port()};
  client.send(text_of("GET", "/healthz"));
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 400u);
  EXPECT_NE(reply->body.find("use https"), std::string::npos);
  EXPECT_TRUE(client.sees_close());
}

TEST_F(tls_test, closes_on_what_is_no_handshake) {
  options_.handshake_timeout = 100ms;
  start();
  raw_client silent{server_->port()};
  raw_client noisy{server_->port()};
  noisy.send(std::string(1000, '\xff'));
  EXPECT_FALSE(noisy.read());
  EXPECT_FALSE(silent.read());
}

TEST_F(tls_test, refuses_requests_as_it_does_without_tls) {
  // Long enough for the header of the large one.
  options_.header_timeout = 1s;
  options_.max_body_bytes = 1000;
  start();
  tls_client slow{server_->port()};
  slow.send("GET /healthz HTTP/1.1\r\n");
  auto late = slow.read();
  ASSERT_TRUE(late);
  EXPECT_EQ(late->status, 408u);
  EXPECT_TRUE(slow.sees_close());
  tls_client large{server_->port()};
  large.send(text_of("POST", "/api/v1/events", std::string(100'000, ' ')));
  auto refused = large.read();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 413u);
}

TEST_F(tls_test, turns_connections_away_that_are_too_many) {
  options_.max_connections = 1;
  start();
  tls_client first{server_->port()};
  ASSERT_TRUE(first.is_open());
  tls_client second{server_->port()};
  auto reply = second.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 503u);
  EXPECT_TRUE(second.sees_close());
}

TEST_F(tls_test, takes_a_new_certificate_and_keeps_open_connections) {
  start();
  EXPECT_FALSE(*server_->reload_certificate(false));
  tls_client old{server_->port(), trusting(first_)};
  store(second_);
  EXPECT_TRUE(*server_->reload_certificate(false));
  EXPECT_FALSE(*server_->reload_certificate(false));
  EXPECT_TRUE(*server_->reload_certificate(true));
  tls_client fresh{server_->port(), trusting(second_)};
  ASSERT_TRUE(fresh.is_open());
  EXPECT_NE(fresh.serial(), old.serial());
  for (auto client : {&old, &fresh}) {
    client->send(text_of("GET", "/healthz"));
    auto reply = client->read();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 200u);
  }
}

TEST_F(tls_test, keeps_the_old_certificate_when_the_new_one_is_bad) {
  start();
  auto expect_refusal = [this](std::string_view what) {
    auto loaded = server_->reload_certificate(false);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, errc::invalid_argument);
    EXPECT_NE(loaded.error().detail.find(what), std::string::npos) << loaded.error().detail;
    // It is complained about once, not at every look.
    EXPECT_FALSE(*server_->reload_certificate(false));
    EXPECT_TRUE((tls_client{server_->port(), trusting(first_)}.is_open()));
  };
  write(options_.tls_certificate, "nonsense");
  expect_refusal("certificate.pem");
  write(options_.tls_certificate, second_.certificate);
  expect_refusal("key.pem");
  std::filesystem::remove(options_.tls_key);
  expect_refusal("key.pem");
  write(options_.tls_key, second_.key);
  EXPECT_TRUE(*server_->reload_certificate(false));
  EXPECT_TRUE((tls_client{server_->port(), trusting(second_)}.is_open()));
}

TEST_F(tls_test, reads_its_files_anew_after_their_permissions_have_changed) {
  start();
  EXPECT_FALSE(*server_->reload_certificate(false));
  using std::filesystem::perms;
  auto now = perms::owner_read;
  // Again and again, as the file system's clock may not have moved on.
  EXPECT_TRUE(eventually([&] {
    permissions(options_.tls_key, now ^= perms::group_read);
    return *server_->reload_certificate(false);
  }));
}

TEST_F(tls_test, drops_no_request_while_certificates_change) {
  options_.threads = 2;
  start();
  std::atomic<bool> done{false};
  std::atomic<int> lost{0};
  std::atomic<int> answered{0};
  auto ask = [&](raw_client& client) {
    client.send(text_of("POST", "/api/v1/events", good_event));
    auto reply = client.read();
    ++(reply && reply->status == 202 ? answered : lost);
  };
  std::vector<std::thread> clients;
  clients.emplace_back([&] {
    tls_client kept{server_->port()};
    while (!done)
      ask(kept);
  });
  clients.emplace_back([&] {
    while (!done) {
      tls_client fresh{server_->port()};
      ask(fresh);
    }
  });
  auto goes_on = true;
  for (int i = 0; i < 50 && goes_on; ++i) {
    store(i % 2 == 0 ? second_ : first_);
    EXPECT_TRUE(*server_->reload_certificate(false));
    auto before = answered.load();
    goes_on = eventually([&] { return answered >= before + 4; }, 20s);
    EXPECT_TRUE(goes_on);
  }
  done = true;
  for (auto& x : clients)
    x.join();
  EXPECT_EQ(lost, 0);
}

TEST_F(tls_test, does_not_start_with_a_certificate_it_cannot_use) {
  write(options_.tls_key, second_.key);
  auto started = server::start(*system_, options_, fakes_->actors);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, errc::invalid_argument);
}

} // namespace tocsin::http
