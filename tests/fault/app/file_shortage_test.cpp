#include "client/connect.hpp"
#include "tests/fault/app/gate_process_fixture.hpp"
#include "tests/support/api_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <sys/resource.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

/// Somebody calls at both doors while the service can open no file.
class file_shortage : public gate_process_fixture {
protected:
  ~file_shortage() override {
    for (auto& x : panels_)
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  }

  client::node_actor add_panel() {
    return panels_.emplace_back(client::connect(system_, panel_config()).value());
  }

  void expect_answer(const client::node_actor& panel) {
    caf::scoped_actor self{system_};
    self->request(panel, 30s, collect_stats{})
      .receive([](const node_stats&) {}, [](const caf::error&) { ADD_FAILURE() << "no answer"; });
  }

  uint16_t http_port() const {
    auto url = service.url();
    return static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }

  caf::actor_system_config config_;
  caf::actor_system system_{config_};
  std::vector<client::node_actor> panels_;
};

TEST_F(file_shortage, keeps_no_door_closed_once_it_is_over) {
  api_client api{service.url(), service.token()};
  EXPECT_EQ(api.get("/event-types").status, 200);
  auto panel = add_panel();
  expect_answer(panel);
  rlimit before{};
  ASSERT_EQ(::prlimit(service.pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  rlimit none{3, before.rlim_max};
  ASSERT_EQ(::prlimit(service.pid(), RLIMIT_NOFILE, &none, nullptr), 0);
  boost::asio::io_context context;
  std::vector<tcp::socket> callers;
  for (auto number : {http_port(), port.number()})
    callers.emplace_back(context).connect({boost::asio::ip::address_v4::loopback(), number});
  // Those who are in already are answered by the threads that could not let the others in.
  EXPECT_EQ(api.get("/event-types").status, 200);
  expect_answer(panel);
  ASSERT_EQ(::prlimit(service.pid(), RLIMIT_NOFILE, &before, nullptr), 0);
  api_client another{service.url(), service.token()};
  EXPECT_EQ(another.get("/event-types").status, 200);
  expect_answer(add_panel());
}

} // namespace

} // namespace tocsin
