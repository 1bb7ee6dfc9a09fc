#include "tests/integration/gate/gate_fixture.hpp"

#include <caf/scoped_actor.hpp>

#include <atomic>
#include <condition_variable>
#include <dlfcn.h>
#include <mutex>
#include <netdb.h>
#include <string_view>

namespace {

/// A name server that does not answer for `slow.test` until it is told to.
struct slow_name_server {
  std::mutex mutex;
  std::condition_variable changed;
  bool answers = false;
  std::atomic<int> asked{0};
  std::atomic<int> waiting{0};
};

slow_name_server& name_server() {
  static slow_name_server instance;
  return instance;
}

} // namespace

// This program's own, in place of the C library's: whoever looks a name up in here gets it.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  if (node != nullptr && std::string_view{node} == "slow.test") {
    auto& here = name_server();
    std::unique_lock lock{here.mutex};
    ++here.asked;
    ++here.waiting;
    here.changed.notify_all();
    here.changed.wait(lock, [&] { return here.answers; });
    --here.waiting;
    here.changed.notify_all();
    return EAI_AGAIN;
  }
  auto* next = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return next(node, service, hints, result);
}

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;

class slow_name_test : public gate_fixture {
protected:
  slow_name_test() { name_server().asked = 0; }

  ~slow_name_test() override {
    auto& there = name_server();
    std::unique_lock lock{there.mutex};
    there.answers = true;
    there.changed.notify_all();
    there.changed.wait(lock, [&] { return there.waiting == 0; });
    there.answers = false;
  }

  client::config slow_config() const {
    auto result = panel_config();
    result.nodes = {{"slow.test", options_.port, {}}};
    return result;
  }

  static void wait_for_lookup() {
    auto& there = name_server();
    std::unique_lock lock{there.mutex};
    ASSERT_TRUE(there.changed.wait_for(lock, 20s, [&] { return there.waiting > 0; }));
  }
};

TEST_F(slow_name_test, does_not_keep_the_client_from_stopping) {
  caf::scoped_actor self{*system_};
  auto panel = connect(slow_config());
  wait_for_lookup();
  self->send_exit(panel, caf::exit_reason::user_shutdown);
  // That the client is gone while the name server still keeps silent is the point.
  self->wait_for(panel);
  EXPECT_EQ(name_server().waiting, 1);
}

TEST_F(slow_name_test, does_not_keep_the_client_from_another_node) {
  start();
  auto settings = slow_config();
  settings.nodes.push_back({"127.0.0.1", options_.port, {}});
  caf::scoped_actor self{*system_};
  self->request(connect(settings), 20s, events_with_ids({"a"}))
    .receive([](const events_accepted&) {},
             [](const caf::error& x) { ADD_FAILURE() << to_failure(x).detail; });
  EXPECT_EQ(name_server().waiting, 1);
}

TEST_F(slow_name_test, is_asked_for_once_however_often_it_is_dialled) {
  auto settings = slow_config();
  settings.connect_timeout = 20ms;
  settings.max_backoff = 20ms;
  std::atomic<int> rounds{0};
  settings.on_change = [&rounds](const std::string&) {
    ++rounds;
    rounds.notify_all();
  };
  caf::scoped_actor self{*system_};
  auto panel = connect(settings);
  for (auto seen = rounds.load(); seen < 5; seen = rounds.load())
    rounds.wait(seen);
  EXPECT_EQ(name_server().asked, 1);
  self->send_exit(panel, caf::exit_reason::user_shutdown);
  self->wait_for(panel);
}

} // namespace

} // namespace tocsin::gate
