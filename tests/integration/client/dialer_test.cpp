#include "client/dialer.hpp"
#include "tests/integration/gate/gate_fixture.hpp"
#include "tests/support/eventually.hpp"

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;
using boost::system::error_code;
using clock = std::chrono::steady_clock;
using tcp = boost::asio::ip::tcp;

/// Two nodes that are dialled, whose every step is taken when the test says so.
class dialer_test : public gate_fixture {
protected:
  dialer_test()
    : node_credentials_(link::load_credentials(options_.files, link::link_end::node).value()) {
    settings_ = panel_config();
    settings_.nodes.clear();
    for (auto* x : {&first_, &second_}) {
      x->non_blocking(true);
      settings_.nodes.push_back({"127.0.0.1", x->local_endpoint().port(), {}});
    }
  }

  /// Lets the client go on until the first node has heard the beginning of its handshake.
  bool wait_for_hello() {
    return eventually([this] {
      client_context_.poll();
      error_code ec;
      if (!accepted_.is_open())
        first_.accept(accepted_, ec);
      return accepted_.is_open() && accepted_.available(ec) > 0;
    });
  }

  /// Lets the first node say its part of the handshake.
  void answer_hello() {
    node_stream_.emplace(std::move(accepted_), *node_credentials_);
    node_stream_->async_handshake(link::tls_stream::server, [](error_code) {});
    node_context_.poll();
  }

  /// Lets the client do the next thing that there is to do, and nothing after it.
  bool takes_one_step() {
    auto taken = false;
    return eventually([&] { return taken = taken || client_context_.poll_one() == 1; });
  }

  bool second_is_dialled() {
    error_code ec;
    second_.accept(ec);
    return !ec;
  }

  boost::asio::io_context node_context_;
  link::tls_context node_credentials_;
  tcp::acceptor first_{node_context_, {boost::asio::ip::address_v4::loopback(), 0}};
  tcp::acceptor second_{node_context_, {boost::asio::ip::address_v4::loopback(), 0}};
  tcp::socket accepted_{node_context_};
  std::optional<link::tls_stream> node_stream_;
  boost::asio::io_context client_context_{1};
  client::config settings_;
};

TEST_F(dialer_test, takes_a_connection_at_the_moment_at_which_its_clocks_run_out) {
  settings_.stagger = settings_.connect_timeout = 2s;
  std::vector<link::tls_stream> taken;
  std::vector<std::string> failures;
  client::dialer dialer{
    client_context_,
    settings_,
    {[&](link::tls_stream x, const client::node_address&) { taken.push_back(std::move(x)); },
     [&](const std::string& why) { failures.push_back(why); }}};
  dialer.dial();
  auto expiry = clock::now() + settings_.stagger;
  ASSERT_TRUE(wait_for_hello());
  answer_hello();
  // The node's answer is read, which leaves the end of the handshake in the queue of what is done
  // next; the clocks get in behind it.
  ASSERT_TRUE(takes_one_step());
  ASSERT_TRUE(taken.empty());
  ASSERT_TRUE(eventually([&] { return clock::now() > expiry; }));
  client_context_.run();
  EXPECT_EQ(taken.size(), 1u);
  EXPECT_TRUE(failures.empty()) << failures.front();
  EXPECT_FALSE(second_is_dialled());
}

} // namespace

} // namespace tocsin::gate
