#pragma once

#include "actors/ledger/delivery_ledger.hpp"
#include "tests/support/actor_fixture.hpp"

namespace tocsin {

/// A ledger without channels, for a registry that stores through it.
class registry_fixture : public actor_fixture {
protected:
  registry_fixture() {
    ledger_options options;
    options.storage = env;
    options.now = now();
    options.board = board;
    options.report = [](const std::string& what) { ADD_FAILURE() << what; };
    ledger = system.spawn(delivery_ledger, options);
  }

  ~registry_fixture() override {
    self->send_exit(ledger, caf::exit_reason::user_shutdown);
    run();
  }

  delivery_ledger_actor ledger;
};

} // namespace tocsin
