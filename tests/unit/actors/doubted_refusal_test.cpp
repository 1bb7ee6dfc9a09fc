#include "actors/delivery/channel_worker.hpp"
#include "tests/support/held_transport.hpp"
#include "tests/unit/actors/ledger_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// A webhook before the ledger, whose receiver refuses everything.
class doubted_refusal_test : public ledger_fixture {
protected:
  doubted_refusal_test() {
    channel_worker_options options;
    options.ledger = ledger;
    options.transport = transport;
    options.now = now();
    options.steady_now = steady_now();
    options.board = board;
    options.pauses = pauses;
    tocsin::channel config;
    config.id = channel;
    std::shared_ptr<const channels::adapter> adapter
      = channels::make_adapter(channel_type::webhook, R"({"url":"http://127.0.0.1:1/"})").value();
    workers.push_back(system.spawn(channel_worker, options, config, adapter));
    run();
  }

  void refuse_all() {
    channels::wire_reply reply;
    reply.stage = attempt_stage::accepted;
    reply.sent = true;
    reply.code = 401;
    while (transport->complete_held(reply))
      run();
  }

  size_t dead_letters() {
    auto tx = *env->read();
    auto all = *storage::delivery_repository{tx}.list({}, {});
    auto is_dead = [](auto& x) { return x.state == delivery_state::dead_letter; };
    return static_cast<size_t>(std::count_if(all.entries.begin(), all.entries.end(), is_dead));
  }

  std::shared_ptr<held_transport> transport = std::make_shared<held_transport>();
};

TEST_F(doubted_refusal_test, is_believed_in_time_though_events_keep_coming) {
  // The third tries are due after 5 s and 15 s, each up to a fifth later.
  accept(20);
  for (auto second = 0; second < 60; ++second) {
    if (second % 10 == 9)
      accept(1);
    refuse_all();
    advance(1s);
  }
  EXPECT_GE(dead_letters(), 20u);
}

} // namespace

} // namespace tocsin
