// Two actors that count in one place: with the argument `guarded` one at a time, without it at the
// same time. The thread sanitizer must see the second and nothing in the first.
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <barrier>
#include <cstdio>
#include <mutex>
#include <string_view>

namespace {

struct shared_count {
  /// Without it the second might begin when the first has ended, in an order that locks of CAF
  /// show the sanitizer.
  std::barrier<> start{2};
  std::mutex guard;
  bool is_guarded = false;
  int value = 0;

  void raise() {
    std::unique_lock lock{guard, std::defer_lock};
    if (is_guarded)
      lock.lock();
    ++value;
  }
};

caf::behavior counting(caf::event_based_actor* self, shared_count* count) {
  return {[self, count](int times) {
    count->start.arrive_and_wait();
    for (int i = 0; i < times; ++i)
      count->raise();
    self->quit();
  }};
}

} // namespace

int main(int argc, char** argv) {
  shared_count count;
  count.is_guarded = argc > 1 && std::string_view{argv[1]} == "guarded";
  caf::actor_system_config config;
  {
    caf::actor_system system{config};
    for (int i = 0; i < 2; ++i)
      caf::anon_send(system.spawn<caf::detached>(counting, &count), 1000);
    system.await_all_actors_done();
  }
  std::printf("%d counted\n", count.value);
}
