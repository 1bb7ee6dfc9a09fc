#include "app/config/command_line.hpp"
#include "app/run.hpp"

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/send.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// `tocsind` whose actors can be killed from outside: each line of the FIFO that the environment
/// variable MORTAL_ORDERS names, `NAME NUMBER`, kills one living actor of that runtime name.
/// It is the real service, linked so that `caf::scheduled_actor::launch`, through which every actor
/// begins, notes the actor first (`-Wl,--wrap`); the installed program has nothing of this.

namespace {

/// Every actor that was launched, by its runtime name.
class actor_roll {
public:
  void enter(std::string_view name, caf::actor_addr who) {
    std::lock_guard guard{mutex_};
    actors_[std::string{name}].push_back(std::move(who));
  }

  /// Those of `name` that live.
  std::vector<caf::actor> living(const std::string& name) {
    std::lock_guard guard{mutex_};
    std::vector<caf::actor> result;
    auto& known = actors_[name];
    std::erase_if(known, [&](auto& who) {
      auto actor = caf::actor_cast<caf::actor>(who);
      if (!actor || actor->getf(caf::abstract_actor::is_terminated_flag))
        return true;
      result.push_back(std::move(actor));
      return false;
    });
    return result;
  }

private:
  std::mutex mutex_;
  std::map<std::string, std::vector<caf::actor_addr>> actors_;
};

/// Outlives the actor system, as it is never destroyed.
actor_roll& roll() {
  static auto& result = *new actor_roll;
  return result;
}

void take_orders(const char* path) {
  std::ifstream orders{path};
  std::string name;
  size_t number = 0;
  while (orders >> name >> number) {
    auto living = roll().living(name);
    if (living.empty()) {
      std::fprintf(stderr, "no living actor is called %s\n", name.c_str());
      std::_Exit(3);
    }
    caf::anon_send_exit(living[number % living.size()], caf::exit_reason::kill);
  }
}

} // namespace

#define LAUNCH_SYMBOL "_ZN3caf15scheduled_actor6launchEPNS_14execution_unitEbb"

void real_launch(caf::scheduled_actor* self, caf::execution_unit* host, bool is_lazy,
                 bool is_hidden) asm("__real_" LAUNCH_SYMBOL);
void noted_launch(caf::scheduled_actor* self, caf::execution_unit* host, bool is_lazy,
                  bool is_hidden) asm("__wrap_" LAUNCH_SYMBOL);

void noted_launch(caf::scheduled_actor* self, caf::execution_unit* host, bool is_lazy,
                  bool is_hidden) {
  roll().enter(self->name(), self->address());
  real_launch(self, host, is_lazy, is_hidden);
}

int main(int argc, char** argv) {
  using namespace tocsin::app;
  auto what = read_command_line({argv + 1, argv + argc}, process_environment());
  auto orders = std::getenv("MORTAL_ORDERS");
  if (!what || !orders)
    return 2;
  // The thread that takes orders leaves all signals to the one that waits for them.
  sigset_t all;
  sigfillset(&all);
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread{take_orders, orders}.detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return static_cast<int>(run(*what));
}
