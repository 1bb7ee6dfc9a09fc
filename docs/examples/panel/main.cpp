// A panel: sends every line of its standard input to Tocsin as an event, many at a time.
//
//   panel HOST PORT DIRECTORY NAME [SPOOL]
//
// DIRECTORY is where `tocsin pki` has made ca.crt, panel-NAME.crt and panel-NAME.key. With a
// directory for a SPOOL, lines are also taken while no node of Tocsin can be reached.

#include "client/connect.hpp"
#include "messages/ids.hpp"
#include "messages/protocol/failure.hpp"
#include "messages/timestamp.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;

/// An event has to say something.
bool is_blank(const std::string& line) {
  return line.find_first_not_of(" \t\r") == line.npos;
}

tocsin::event event_of(const std::string& line, tocsin::ulid_generator& ids) {
  tocsin::event result;
  // Under an id of its own an event can be sent again, after whatever mishap, and counts once.
  result.id = to_string(ids.next(tocsin::system_wall_clock()()));
  result.type = "deploy.failure";
  result.service = "example";
  result.message = line;
  return result;
}

/// The lines that are there, up to a hundred; waits for the first. Empty: there are no more.
tocsin::submit_events next_batch(tocsin::ulid_generator& ids) {
  tocsin::submit_events result;
  std::string line;
  while (result.events.size() < 100 && std::getline(std::cin, line)) {
    if (!is_blank(line))
      result.events.push_back(event_of(line, ids));
    if (!result.events.empty() && std::cin.rdbuf()->in_avail() <= 0)
      break;
  }
  return result;
}

void print(const tocsin::failure& why) {
  std::cerr << why.detail << '\n';
  for (auto& x : why.fields)
    std::cerr << "  " << x.pointer << ": " << x.detail << '\n';
}

/// Sends until the events are taken, or refused for good; returns whether all were taken.
bool send(caf::scoped_actor& self, const tocsin::client::node_actor& node,
          const tocsin::submit_events& batch) {
  for (;;) {
    std::optional<tocsin::failure> why;
    self->request(node, 60s, batch)
      .receive(
        [](const tocsin::events_accepted& taken) {
          for (auto& x : taken.receipts)
            std::cout << (tocsin::client::is_spooled(x) ? "spooled " : "accepted ") << x.id
                      << std::endl;
        },
        [&why](const caf::error& x) { why = tocsin::to_failure(x); });
    if (!why)
      return true;
    if (tocsin::client::is_for_good(why->code)) {
      print(*why);
      // All events of a submission are taken, or none: the good ones go alone.
      if (batch.events.size() > 1)
        for (auto& x : batch.events)
          send(self, node, {{x}, ""});
      return false;
    }
    // Too much is under way, a disk is full, or nobody answered, and it is not known whether the
    // events were taken. This goes on until they are, as none is to be lost: where the node has a
    // fault that lasts, such as `storage_corrupt`, the lines behind them wait for its operator.
    std::this_thread::sleep_for(200ms);
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::cerr << "usage: panel HOST PORT DIRECTORY NAME [SPOOL]\n";
    return 64;
  }
  auto own = std::string{argv[3]} + "/panel-" + argv[4];
  tocsin::client::config settings;
  settings.nodes = {{argv[1], static_cast<uint16_t>(std::atoi(argv[2])), ""}};
  settings.files = {std::string{argv[3]} + "/ca.crt", "", own + ".crt", own + ".key"};
  settings.on_change = [](const std::string& what) { std::cerr << what << '\n'; };
  if (argc > 5) {
    settings.spool.directory = argv[5];
    settings.spool.on_refused = [](const tocsin::submit_events& x, const tocsin::failure& why) {
      for (auto& event : x.events)
        std::cerr << "refused " << event.id << ": " << why.detail << '\n';
    };
  }
  // Lines that wait are seen as such only in a buffer of the stream's own.
  std::ios::sync_with_stdio(false);
  caf::actor_system_config actors;
  caf::actor_system system{actors};
  auto node = tocsin::client::connect(system, settings);
  if (!node) {
    std::cerr << node.error().detail << '\n';
    return 1;
  }
  caf::scoped_actor self{system};
  tocsin::ulid_generator ids;
  auto all_taken = true;
  for (auto batch = next_batch(ids); !batch.events.empty(); batch = next_batch(ids))
    all_taken = send(self, *node, batch) && all_taken;
  // The actor system ends only after the client has.
  self->send_exit(*node, caf::exit_reason::user_shutdown);
  self->wait_for(*node);
  return all_taken ? 0 : 1;
}
