#include "app/node_guard.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/support/actor_fixture.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <gmock/gmock.h>

namespace tocsin::app {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class node_guard_test : public actor_fixture {
protected:
  ~node_guard_test() override {
    for (auto& x : {one, two, late})
      self->send_exit(x, caf::exit_reason::user_shutdown);
    run();
  }

  caf::actor idle() {
    return system.spawn([](caf::event_based_actor*) -> caf::behavior { return {[](int) {}}; });
  }

  void start() {
    guard = system.spawn(node_guard, std::vector<watch_actor>{{one, "one"}, {two, "two"}},
                         [this](const std::string& what) { said.push_back(what); });
    caf::anon_send(guard, watch_actor{late, "late"});
    run();
  }

  template <class Handle>
  void end(const Handle& x, caf::error why) {
    self->send_exit(x, std::move(why));
    run();
  }

  caf::actor one = idle();
  caf::actor two = idle();
  caf::actor late = idle();
  node_guard_actor guard;
  std::vector<std::string> said;
};

TEST_F(node_guard_test, says_which_actor_died_and_why) {
  start();
  end(two, to_error(fail(errc::storage_corrupt, "no such page")));
  end(late, caf::exit_reason::unhandled_exception);
  EXPECT_THAT(said, ElementsAre("two ended: storage_corrupt: no such page",
                                testing::StartsWith("late ended: ")));
  end(guard, caf::exit_reason::user_shutdown);
}

TEST_F(node_guard_test, says_nothing_of_those_that_end_on_purpose) {
  start();
  caf::anon_send(guard, stand_down{});
  run();
  end(one, caf::exit_reason::user_shutdown);
  end(guard, caf::exit_reason::user_shutdown);
  EXPECT_THAT(said, IsEmpty());
}

TEST_F(node_guard_test, says_that_the_guard_itself_died) {
  start();
  end(guard, caf::exit_reason::kill);
  EXPECT_THAT(said, ElementsAre(testing::StartsWith("tocsin.node-guard ended: ")));
}

} // namespace

} // namespace tocsin::app
