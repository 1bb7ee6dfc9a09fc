#include "tests/integration/gate/gate_fixture.hpp"
#include "tests/integration/gate/stranger.hpp"

#include <caf/scoped_actor.hpp>

#include <ctime>
#include <fstream>
#include <random>
#include <unistd.h>

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;
using link::frame_kind;

/// For what the gate is to do by itself.
constexpr auto patience = 20s;

/// An attack leaves a panel that is connected already unharmed, and nothing gets to ingress but
/// what that panel sends.
class attack_test : public gate_fixture {
protected:
  void SetUp() override {
    start();
    panel_ = connect();
    expect_panel_unharmed();
  }

  void expect_panel_unharmed() {
    caf::scoped_actor self{*system_};
    self->request(panel_, 10s, events_with_ids({""}))
      .receive([](const events_accepted&) {},
               [](const caf::error&) { ADD_FAILURE() << "the good panel got no answer"; });
    EXPECT_EQ(log_.events().size(), ++good_events_);
  }

  client::node_actor panel_;
  size_t good_events_ = 0;
};

TEST_F(attack_test, a_client_that_speaks_plain_text_is_refused_and_logged_once) {
  for (int i = 0; i < 20; ++i) {
    stranger x{options_.port};
    x.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(x.is_closed_within(patience));
  }
  expect_panel_unharmed();
  EXPECT_EQ(log_.count("refused: no TLS handshake"), 1u);
}

TEST_F(attack_test, random_bytes_are_refused) {
  std::mt19937 random{7};
  for (int i = 0; i < 50; ++i) {
    std::string bytes(random() % 4096 + 1, '\0');
    for (auto& c : bytes)
      c = static_cast<char>(random());
    stranger x{options_.port};
    x.send(bytes);
    EXPECT_TRUE(x.is_closed_within(patience));
  }
  expect_panel_unharmed();
}

TEST_F(attack_test, a_basp_handshake_header_without_payload_is_refused) {
  // The 32 bytes that crash a process with a plain port of CAF 0.17.6: a client_handshake (1).
  std::string header(32, '\0');
  header[0] = 1;
  stranger plain{options_.port};
  plain.send(header);
  EXPECT_TRUE(plain.is_closed_within(patience));
  tls_stranger known{options_.port, panel_files_};
  ASSERT_TRUE(known.read_until(frame_kind::welcome));
  known.send(header);
  // As a frame it announces 16 MiB.
  EXPECT_FALSE(known.read_until(frame_kind::goodbye));
  expect_panel_unharmed();
}

TEST_F(attack_test, silent_connections_cost_nothing_and_are_closed_in_time) {
  std::vector<std::unique_ptr<stranger>> silent;
  for (int i = 0; i < 1000; ++i)
    silent.push_back(std::make_unique<stranger>(options_.port));
  expect_panel_unharmed();
  ASSERT_TRUE(log_.wait_for_notice("it holds too many connections"));
  auto began = std::chrono::steady_clock::now();
  auto cpu_before = std::clock();
  for (auto& x : silent)
    EXPECT_TRUE(x->is_closed_within(patience));
  // Both ends are in this process. Whoever waits burns no processor.
  std::chrono::duration<double> waited = std::chrono::steady_clock::now() - began;
  auto burnt = static_cast<double>(std::clock() - cpu_before) / CLOCKS_PER_SEC;
  EXPECT_LT(burnt, waited.count() / 2);
  expect_panel_unharmed();
}

TEST_F(attack_test, a_handshake_that_trickles_is_cut_off) {
  // A ClientHello's record header, and then a byte now and then.
  stranger x{options_.port};
  x.send(std::string_view{"\x16\x03\x01\x02\x00\x01", 6});
  auto began = std::chrono::steady_clock::now();
  while (!x.is_closed_within(50ms)) {
    x.send("\x01");
    ASSERT_LT(std::chrono::steady_clock::now() - began, patience);
  }
  EXPECT_TRUE(log_.wait_for_notice("no TLS handshake in time"));
  expect_panel_unharmed();
}

TEST_F(attack_test, an_expired_certificate_is_refused) {
  tls_stranger x{options_.port, issue(pki::holder::panel, "old", -1min)};
  EXPECT_FALSE(x.read_until(frame_kind::welcome));
  EXPECT_TRUE(log_.wait_for_notice("its certificate is not good: certificate has expired"));
  expect_panel_unharmed();
}

TEST_F(attack_test, a_certificate_of_another_authority_is_refused) {
  auto foreign = pki::authority::init(directory_.path() / "foreign").value();
  auto issued = foreign.issue({pki::holder::panel, "shop", {}}).value();
  tls_stranger x{options_.port,
                 {authority_.certificate_path(), {}, issued.certificate, issued.key}};
  EXPECT_FALSE(x.read_until(frame_kind::welcome));
  EXPECT_TRUE(log_.wait_for_notice("its certificate is not good"));
  expect_panel_unharmed();
}

TEST_F(attack_test, a_revoked_certificate_is_refused) {
  auto files = issue(pki::holder::panel, "lost");
  ASSERT_TRUE(authority_.revoke(files.certificate));
  ASSERT_TRUE(log_.wait_for_notice("reloaded the certificates"));
  tls_stranger x{options_.port, files};
  EXPECT_FALSE(x.read_until(frame_kind::welcome));
  EXPECT_TRUE(log_.wait_for_notice("certificate revoked"));
  expect_panel_unharmed();
}

TEST_F(attack_test, a_good_certificate_that_is_not_listed_is_told_why_and_refused) {
  tls_stranger x{options_.port, issue(pki::holder::panel, "unknown")};
  auto reply = x.read_until(frame_kind::goodbye);
  ASSERT_TRUE(reply);
  link::refusal why;
  ASSERT_TRUE(link::from_payload(*reply, why));
  EXPECT_EQ(why.reason.code, errc::forbidden);
  EXPECT_FALSE(x.read());
  EXPECT_TRUE(log_.wait_for_notice("no configured peer's: sha256:"));
  expect_panel_unharmed();
}

TEST_F(attack_test, a_node_may_ask_for_stats_and_may_not_send_events) {
  tls_stranger x{options_.port, options_.files};
  ASSERT_TRUE(x.read_until(frame_kind::welcome));
  x.send_frame(frame_kind::ask_stats, link::to_wire(uint64_t{5}));
  EXPECT_TRUE(x.read_until(frame_kind::stats));
  x.send_frame(frame_kind::submit, link::to_wire(uint64_t{6}, events_with_ids({"bad"})));
  auto reply = x.read_until(frame_kind::goodbye);
  ASSERT_TRUE(reply);
  link::refusal why;
  ASSERT_TRUE(link::from_payload(*reply, why));
  EXPECT_EQ(why.reason.code, errc::forbidden);
  EXPECT_FALSE(x.read());
  expect_panel_unharmed();
}

TEST_F(attack_test, a_panels_certificate_does_not_serve_as_a_nodes) {
  options_.files = panel_files_;
  options_.port = 0;
  admission door{1000};
  auto impostor = server::start(*system_, options_, door, actors_, [](const notice&) {}).value();
  auto settings = panel_config();
  settings.nodes = {{"127.0.0.1", impostor->port(), {}}};
  settings.answer_timeout = 300ms;
  caf::scoped_actor self{*system_};
  self->request(connect(settings), 10s, events_with_ids({"secret"}))
    .receive([](const events_accepted&) { ADD_FAILURE() << "the impostor was believed"; },
             [](const caf::error&) {});
  expect_panel_unharmed();
}

TEST_F(attack_test, a_frame_that_announces_four_gigabytes_is_refused_unread) {
  tls_stranger x{options_.port, panel_files_};
  ASSERT_TRUE(x.read_until(frame_kind::welcome));
  x.send(std::string_view{"\xff\xff\xff\xff\x02", 5});
  while (x.read())
    ;
  EXPECT_TRUE(log_.wait_for_notice("a frame of more than 1048576 bytes was announced"));
  expect_panel_unharmed();
}

TEST_F(attack_test, a_frame_cut_off_in_the_middle_causes_nothing) {
  {
    tls_stranger x{options_.port, panel_files_};
    ASSERT_TRUE(x.read_until(frame_kind::welcome));
    std::string whole;
    link::append_frame(whole, frame_kind::submit,
                       link::to_wire(uint64_t{1}, events_with_ids({"half"})));
    x.send(std::string_view{whole}.substr(0, whole.size() - 1));
  }
  EXPECT_TRUE(log_.wait_for_notice("peer disconnected"));
  expect_panel_unharmed();
}

TEST_F(attack_test, frames_that_lie_about_what_is_in_them_are_refused) {
  auto honest = link::to_wire(uint64_t{1}, events_with_ids({"a"}));
  auto endless = honest;
  endless.replace(8, 4, "\xff\xff\xff\xff");
  for (auto& payload : {honest + "x", honest.substr(1), endless, std::string{}}) {
    tls_stranger x{options_.port, panel_files_};
    ASSERT_TRUE(x.read_until(frame_kind::welcome));
    x.send_frame(frame_kind::submit, payload);
    EXPECT_TRUE(x.read_until(frame_kind::goodbye));
    EXPECT_FALSE(x.read());
  }
  expect_panel_unharmed();
}

TEST_F(attack_test, a_frame_of_a_kind_that_only_nodes_send_is_refused) {
  for (auto kind : {frame_kind::welcome, frame_kind::accepted, static_cast<frame_kind>(200)}) {
    tls_stranger x{options_.port, panel_files_};
    ASSERT_TRUE(x.read_until(frame_kind::welcome));
    x.send_frame(kind, {});
    EXPECT_TRUE(x.read_until(frame_kind::goodbye));
  }
  expect_panel_unharmed();
}

TEST_F(attack_test, a_known_peer_that_misbehaves_again_and_again_is_logged_once) {
  for (int i = 0; i < 5; ++i) {
    tls_stranger x{options_.port, options_.files};
    ASSERT_TRUE(x.read_until(frame_kind::welcome));
    x.send_frame(frame_kind::submit, link::to_wire(uint64_t{1}, events_with_ids({"bad"})));
    ASSERT_TRUE(x.read_until(frame_kind::goodbye));
    EXPECT_FALSE(x.read());
  }
  expect_panel_unharmed();
  EXPECT_EQ(log_.count("refused: only panels send events"), 1u);
  // Not even its coming and going is said any more; the other line is the good panel's.
  EXPECT_EQ(log_.count("peer connected"), 2u);
}

TEST_F(attack_test, more_than_a_thousand_events_in_a_submission_are_refused) {
  tls_stranger x{options_.port, panel_files_};
  ASSERT_TRUE(x.read_until(frame_kind::welcome));
  x.send_frame(frame_kind::submit,
               link::to_wire(uint64_t{1}, events_with_ids(std::vector<std::string>(1001, "a"))));
  auto reply = x.read_until(frame_kind::refused);
  ASSERT_TRUE(reply);
  link::refusal why;
  ASSERT_TRUE(link::from_payload(*reply, why));
  EXPECT_EQ(why.reason.code, errc::invalid_argument);
  EXPECT_EQ(why.wait_ms, 0u);
  expect_panel_unharmed();
}

} // namespace

} // namespace tocsin::gate
