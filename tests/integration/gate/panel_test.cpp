#include "link/credentials.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/integration/gate/certificate_chain.hpp"
#include "tests/integration/gate/gate_fixture.hpp"
#include "tests/integration/gate/stranger.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/reserved_port.hpp"

#include <caf/scoped_actor.hpp>

#include <atomic>
#include <fstream>
#include <memory>
#include <set>
#include <stdexcept>

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;
using link::frame_kind;

class panel_test : public gate_fixture {
protected:
  /// Gives the node `count` channels, whose names are longer than they may be so that fewer do.
  void add_channels(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      channel_stats x;
      x.channel = std::to_string(i);
      x.name = std::string(400, 'n');
      x.sent = i;
      stats_.channels.push_back(std::move(x));
    }
  }
};

TEST_F(panel_test, an_event_goes_through_the_gate_and_its_receipt_comes_back) {
  start();
  auto reply = submit(connect(), events_with_ids({"a", "b"}));
  ASSERT_TRUE(reply) << reply.error().detail;
  ASSERT_EQ(reply->receipts.size(), 2u);
  EXPECT_EQ(reply->receipts[1].id, "b");
  auto seen = log_.events();
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0], events_with_ids({"a"}).events[0]);
}

TEST_F(panel_test, an_event_without_an_id_is_given_one_so_that_it_can_be_sent_again) {
  start();
  ASSERT_TRUE(submit(connect(), events_with_ids({""})));
  EXPECT_EQ(log_.events().at(0).id.size(), 26u);
}

TEST_F(panel_test, the_handle_serves_wherever_an_ingress_is_asked_for) {
  start();
  ingress_actor ingress = connect();
  caf::scoped_actor self{*system_};
  size_t receipts = 0;
  self->request(ingress, 15s, events_with_ids({"a"}))
    .receive([&](const events_accepted& x) { receipts = x.receipts.size(); },
             [](const caf::error& x) { FAIL() << to_failure(x).detail; });
  EXPECT_EQ(receipts, 1u);
}

TEST_F(panel_test, the_stats_of_the_node_come_over_the_same_connection) {
  start();
  caf::scoped_actor self{*system_};
  self->request(connect(), 15s, collect_stats{})
    .receive(
      [](const node_stats& x) {
        EXPECT_EQ(x.uptime_seconds, 7u);
        ASSERT_EQ(x.actors.size(), 1u);
        EXPECT_EQ(x.actors[0].busy_us, 9u);
      },
      [](const caf::error& x) { FAIL() << to_failure(x).detail; });
}

TEST_F(panel_test, the_stats_of_more_channels_than_a_frame_holds_come_whole_and_in_order) {
  static constexpr size_t count = 10'500;
  add_channels(count);
  start();
  auto panel = connect();
  for (int round = 0; round < 2; ++round) {
    caf::scoped_actor self{*system_};
    self->request(panel, 30s, collect_stats{})
      .receive(
        [](const node_stats& x) {
          EXPECT_EQ(x.version, "0.0");
          ASSERT_EQ(x.channels.size(), count);
          for (size_t i = 0; i < count; ++i)
            ASSERT_EQ(x.channels[i].channel, std::to_string(i));
          EXPECT_EQ(x.channels.back().sent, count - 1);
        },
        [](const caf::error& x) { FAIL() << to_failure(x).detail; });
  }
}

TEST_F(panel_test, a_peer_is_heard_again_after_an_answer_that_held_it_up) {
  // More than a session lets wait: it stops to listen while it writes, in the middle of a read.
  add_channels(20'000);
  start();
  tls_stranger peer{options_.port, panel_files_};
  uint64_t question = 1;
  for (; question <= 3; ++question) {
    peer.send_frame(frame_kind::ask_stats, link::to_wire(question));
    auto answer = peer.read_until(frame_kind::stats);
    ASSERT_TRUE(answer) << "question " << question;
    node_stats x;
    uint64_t number = 0;
    ASSERT_TRUE(link::from_wire(*answer, number, x));
    EXPECT_EQ(number, question);
  }
  peer.send_frame(frame_kind::submit, link::to_wire(question, events_with_ids({"a"})));
  EXPECT_TRUE(peer.read_until(frame_kind::accepted));
  EXPECT_EQ(log_.count("refused"), 0u);
}

TEST_F(panel_test, several_panels_send_at_once) {
  options_.peers.panels.emplace_back("tocsin://panel/blog");
  start();
  auto other = panel_config();
  other.files = issue(pki::holder::panel, "blog");
  auto shop = connect();
  auto blog = connect(other);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(submit(shop, events_with_ids({"s" + std::to_string(i)})));
    ASSERT_TRUE(submit(blog, events_with_ids({"b" + std::to_string(i)})));
  }
  EXPECT_EQ(log_.events().size(), 40u);
}

TEST_F(panel_test, a_peer_may_be_listed_by_the_fingerprint_of_its_certificate) {
  auto credentials = link::load_credentials(panel_files_, link::link_end::panel).value();
  options_.peers.panels = {link::own_certificate(*credentials).fingerprint};
  start();
  EXPECT_TRUE(submit(connect(), events_with_ids({"a"})));
}

TEST_F(panel_test, what_was_sent_before_the_node_is_there_is_delivered_once_it_is) {
  start();
  server_.reset();
  auto panel = connect();
  caf::scoped_actor self{*system_};
  auto pending = self->request(panel, 15s, events_with_ids({"early"}));
  start();
  pending.receive([](const events_accepted&) {},
                  [](const caf::error& x) { FAIL() << to_failure(x).detail; });
  EXPECT_EQ(log_.events().size(), 1u);
}

TEST_F(panel_test, what_an_overloaded_node_refuses_is_sent_again_until_it_is_taken) {
  start();
  auto others = door_.enter(1000);
  auto panel = connect();
  caf::scoped_actor self{*system_};
  auto pending = self->request(panel, 15s, events_with_ids({"late"}));
  // A round trip later the first refusal is on its way as well.
  self->request(panel, 15s, collect_stats{}).receive([](const node_stats&) {}, [](caf::error&) {});
  EXPECT_TRUE(log_.events().empty());
  others.reset();
  pending.receive([](const events_accepted&) {},
                  [](const caf::error& x) { FAIL() << to_failure(x).detail; });
  EXPECT_EQ(log_.events().size(), 1u);
}

TEST_F(panel_test, a_large_event_takes_as_much_room_as_many_small_ones) {
  start();
  auto others = door_.enter(990);
  auto panel = connect();
  caf::scoped_actor self{*system_};
  auto large = events_with_ids({"large"});
  large.events[0].details = R"({"log":")" + std::string(11 * bytes_per_place, 'd') + "\"}";
  auto pending = self->request(panel, 15s, std::move(large));
  self->request(panel, 15s, collect_stats{}).receive([](const node_stats&) {}, [](caf::error&) {});
  EXPECT_TRUE(log_.events().empty());
  others.reset();
  pending.receive([](const events_accepted&) {},
                  [](const caf::error& x) { FAIL() << to_failure(x).detail; });
  EXPECT_EQ(log_.events().size(), 1u);
  EXPECT_EQ(door_.taken(), 0u);
}

TEST_F(panel_test, every_event_arrives_although_the_node_restarts_again_and_again) {
  start();
  auto panel = connect();
  caf::scoped_actor self{*system_};
  constexpr size_t count = 300;
  size_t accepted = 0;
  for (size_t i = 0; i < count; i += 30) {
    std::vector<std::string> ids;
    for (size_t j = i; j < i + 30; ++j)
      ids.push_back(std::to_string(j));
    auto pending = self->request(panel, 15s, events_with_ids(ids));
    server_.reset();
    start();
    pending.receive([&](const events_accepted& x) { accepted += x.receipts.size(); },
                    [](const caf::error& x) { FAIL() << to_failure(x).detail; });
  }
  EXPECT_EQ(accepted, count);
  std::set<std::string> ids;
  for (auto& x : log_.events())
    ids.insert(x.id);
  EXPECT_EQ(ids.size(), count);
}

TEST_F(panel_test, a_connection_that_lasts_makes_the_pauses_short_again) {
  // As of a node that is stopping, so that the pauses grow.
  actors_.ingress = system_->spawn([](ingress_actor::pointer) -> ingress_actor::behavior_type {
    return {[](const submit_events&) -> caf::result<events_accepted> {
      return to_error(fail(errc::shutting_down, "it is stopping"));
    }};
  });
  start();
  auto notes = std::make_shared<std::atomic<int>>(0);
  auto settings = panel_config();
  settings.max_backoff = 1s;
  settings.answer_timeout = 2500ms;
  settings.on_change = [notes](const std::string&) { ++*notes; };
  auto panel = connect(settings);
  auto reply = submit(panel, events_with_ids({"a"}));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, errc::unavailable);
  caf::scoped_actor self{*system_};
  self->request(panel, 30s, collect_stats{})
    .receive([](const node_stats&) {}, [](const caf::error&) { ADD_FAILURE(); });
  auto connected = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] { return std::chrono::steady_clock::now() - connected > 1500ms; }));
  server_.reset();
  auto lost = std::chrono::steady_clock::now();
  auto before = notes->load();
  EXPECT_TRUE(eventually([&] { return *notes >= before + 4; }));
  // Three pauses of the longest length take longer.
  EXPECT_LT(std::chrono::steady_clock::now() - lost, 2s);
}

TEST_F(panel_test, one_that_is_thrown_out_comes_back_ever_later_and_is_told_why) {
  start();
  auto connections = std::make_shared<std::atomic<int>>(0);
  auto settings = panel_config();
  // A node asks for stats alone.
  settings.files = options_.files;
  settings.max_backoff = 10s;
  settings.answer_timeout = 2s;
  settings.on_change = [connections](const std::string& x) {
    if (x.starts_with("connected to"))
      ++*connections;
  };
  auto reply = submit(connect(settings), events_with_ids({"a"}));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, errc::unavailable);
  EXPECT_NE(reply.error().detail.find("only panels send events"), std::string::npos)
    << reply.error().detail;
  // With pauses that double there is no time for more.
  EXPECT_LE(*connections, 10);
}

TEST_F(panel_test, a_full_window_is_said_at_once_and_takes_no_memory) {
  start();
  server_.reset();
  auto settings = panel_config();
  settings.window_events = 10;
  // The first waits for as long as the second takes to be refused.
  settings.answer_timeout = 1s;
  auto panel = connect(settings);
  caf::scoped_actor self{*system_};
  auto first = self->request(panel, 15s, events_with_ids(std::vector<std::string>(8, "")));
  auto second = submit(panel, events_with_ids({"", "", ""}));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::overloaded);
  first.receive([](const events_accepted&) { FAIL() << "nobody was there"; },
                [](const caf::error& x) { EXPECT_EQ(to_failure(x).code, errc::unavailable); });
}

TEST_F(panel_test, a_client_that_is_stopped_answers_what_is_still_open) {
  auto settings = panel_config();
  settings.nodes = {{"127.0.0.1", reserved_port{}.number(), {}}};
  auto panel = connect(settings);
  caf::scoped_actor self{*system_};
  auto events = self->request(panel, 30s, events_with_ids({"a"}));
  auto stats = self->request(panel, 30s, collect_stats{});
  auto began = std::chrono::steady_clock::now();
  self->send_exit(panel, caf::exit_reason::user_shutdown);
  auto expect_unavailable = [](const caf::error& x) {
    EXPECT_EQ(to_failure(x).code, errc::unavailable) << to_failure(x).detail;
  };
  events.receive([](const events_accepted&) { ADD_FAILURE(); }, expect_unavailable);
  stats.receive([](const node_stats&) { ADD_FAILURE(); }, expect_unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST_F(panel_test, what_a_listener_throws_harms_nobody) {
  start();
  auto settings = panel_config();
  auto told = std::make_shared<std::atomic<int>>(0);
  settings.on_change = [told](const std::string&) {
    ++*told;
    throw std::runtime_error("the log is full");
  };
  EXPECT_TRUE(submit(connect(settings), events_with_ids({"a"})));
  EXPECT_GT(*told, 0);
}

TEST_F(panel_test, a_submission_of_no_or_too_many_events_is_refused_here_and_harms_no_other) {
  start();
  auto panel = connect();
  // As much as a list on the wire may hold is refused by a node; more, it does not even read.
  for (size_t count : {0, 1'001, 10'001}) {
    auto reply = submit(panel, submit_events{std::vector<event>(count), ""});
    ASSERT_FALSE(reply) << count;
    EXPECT_EQ(reply.error().code, errc::invalid_argument);
  }
  EXPECT_TRUE(submit(panel, events_with_ids({"a"})));
  EXPECT_EQ(log_.events().size(), 1u);
  EXPECT_EQ(log_.count("peer connected"), 1u);
}

TEST_F(panel_test, a_node_that_accepts_and_says_nothing_delays_no_other) {
  start();
  boost::asio::io_context context;
  boost::asio::ip::tcp::acceptor hole{context, {boost::asio::ip::address_v4::loopback(), 0}};
  auto settings = panel_config();
  settings.nodes.insert(settings.nodes.begin(), {"127.0.0.1", hole.local_endpoint().port(), {}});
  settings.connect_timeout = 60s;
  auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(submit(connect(settings), events_with_ids({"a"})));
  EXPECT_LT(std::chrono::steady_clock::now() - began, settings.connect_timeout / 2);
}

TEST_F(panel_test, the_panel_does_not_speak_to_a_node_of_another_name) {
  start();
  auto settings = panel_config();
  settings.nodes[0].name = "other.example.net";
  settings.answer_timeout = 300ms;
  auto reply = submit(connect(settings), events_with_ids({"a"}));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, errc::unavailable);
  EXPECT_TRUE(log_.events().empty());
}

TEST_F(panel_test, a_panel_that_is_revoked_while_connected_is_sent_away) {
  start();
  ASSERT_TRUE(submit(connect(), events_with_ids({"a"})));
  ASSERT_TRUE(authority_.revoke(panel_files_.certificate));
  EXPECT_TRUE(log_.wait_for_notice("peer disconnected: certificate revoked"));
  // Its client dials on, in vain.
  EXPECT_TRUE(log_.wait_for_notice("its certificate is not good: certificate revoked"));
}

TEST_F(panel_test, files_are_read_anew_after_their_permissions_have_changed) {
  start();
  using std::filesystem::perms;
  auto now = perms::owner_read;
  // Again and again, as the file system's clock may not have moved on.
  EXPECT_TRUE(eventually([&] {
    permissions(options_.files.revoked, now ^= perms::group_read);
    return log_.count("reloaded the certificates") > 0;
  }));
}

TEST_F(panel_test, a_panel_stays_whose_certificate_has_another_between_it_and_the_authority) {
  certificate_chain chain{directory_.path() / "chain"};
  std::ofstream{options_.files.authority, std::ios::app} << std::ifstream{chain.root()}.rdbuf();
  // The list is the other authority's, and says nothing of these.
  options_.files.revoked.clear();
  panel_files_.revoked.clear();
  start();
  auto settings = panel_config();
  settings.files.certificate = chain.certificate();
  settings.files.key = chain.key();
  auto panel = connect(settings);
  ASSERT_TRUE(submit(panel, events_with_ids({"a"})));
  std::filesystem::last_write_time(options_.files.key,
                                   std::filesystem::file_time_type::clock::now() + 1h);
  ASSERT_TRUE(log_.wait_for_notice("reloaded the certificates"));
  ASSERT_TRUE(submit(panel, events_with_ids({"b"})));
  EXPECT_EQ(log_.count("peer connected"), 1u);
}

TEST_F(panel_test, a_panel_goes_with_the_authority_between_it_and_the_root) {
  certificate_chain chain{directory_.path() / "chain"};
  std::ofstream{options_.files.authority, std::ios::app} << std::ifstream{chain.root()}.rdbuf();
  options_.files.revoked = directory_.path() / "lists.pem";
  auto write_lists = [&] {
    auto scratch = directory_.path() / "new.pem";
    std::ofstream{scratch} << std::ifstream{authority_.revoked_path()}.rdbuf()
                           << chain.list_of("root") << chain.list_of("middle");
    std::filesystem::rename(scratch, options_.files.revoked);
  };
  write_lists();
  start();
  auto settings = panel_config();
  settings.files.revoked = options_.files.revoked;
  settings.files.certificate = chain.certificate();
  settings.files.key = chain.key();
  ASSERT_TRUE(submit(connect(settings), events_with_ids({"a"})));
  chain.revoke_middle();
  write_lists();
  EXPECT_TRUE(log_.wait_for_notice("peer disconnected: certificate revoked"));
  EXPECT_TRUE(log_.wait_for_notice("its certificate is not good: certificate revoked"));
}

TEST_F(panel_test, an_authority_without_its_list_is_named_at_the_start) {
  certificate_chain chain{directory_.path() / "chain"};
  std::ofstream{options_.files.authority, std::ios::app} << std::ifstream{chain.root()}.rdbuf();
  auto made = server::start(*system_, options_, door_, actors_, [](const notice&) {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::bad_key);
  EXPECT_NE(made.error().detail.find("has no list of the authority 'root'"), std::string::npos)
    << made.error().detail;
}

TEST_F(panel_test, a_panel_whose_certificate_expires_while_connected_is_sent_away) {
  options_.peers.panels.emplace_back("tocsin://panel/brief");
  start();
  auto settings = panel_config();
  settings.files = issue(pki::holder::panel, "brief", 2s);
  ASSERT_TRUE(submit(connect(settings), events_with_ids({"a"})));
  EXPECT_TRUE(log_.wait_for_notice("its certificate has expired"));
}

TEST_F(panel_test, a_peer_that_falls_silent_is_given_up_in_under_five_seconds) {
  start();
  auto began = std::chrono::steady_clock::now();
  tls_stranger peer{options_.port, panel_files_};
  ASSERT_TRUE(log_.wait_for_notice("peer connected"));
  EXPECT_TRUE(log_.wait_for_notice("the peer has gone silent"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST_F(panel_test, a_certificate_that_cannot_be_read_is_told_of_and_the_old_one_serves_on) {
  start();
  auto panel = connect();
  ASSERT_TRUE(submit(panel, events_with_ids({"a"})));
  std::ofstream{options_.files.certificate} << "nonsense";
  ASSERT_TRUE(log_.wait_for_notice("cannot reload the certificates; keeping the current ones: "));
  EXPECT_TRUE(submit(panel, events_with_ids({"b"})));
  EXPECT_TRUE(submit(connect(), events_with_ids({"c"})));
}

} // namespace

} // namespace tocsin::gate
