#include "app/bench/scenario/scenarios.hpp"

#include <algorithm>

namespace tocsin::bench {

const std::vector<scenario>& scenarios() {
  static const std::vector<scenario> all{
    {"flood", "as fast as events are acknowledged", [](run_options& x) { x.events = 100'000; }},
    {"steady", "at half of the rate that a flood reaches",
     [](run_options& x) {
       x.events = 50'000;
       x.load_share = 0.5;
     }},
    {"burst", "100,000 events at once, in requests of 1,000",
     [](run_options& x) {
       x.events = 100'000;
       x.batch = 1000;
       // As many as may wait by default, `server.max_waiting_events`.
       x.connections = 20;
     }},
    {"fan-out", "each event goes out through 1,000 channels",
     [](run_options& x) {
       x.events = 100;
       x.channels = 1000;
     }},
    {"noisy", "a fan-out to 100 channels and a dead one",
     [](run_options& x) {
       x.events = 1000;
       x.channels = 100;
       x.dead_channels = 1;
     }},
    {"backlog", "1,000,000 deliveries wait until the endpoint works again",
     [](run_options& x) {
       x.events = 1'000'000;
       x.batch = 100;
       x.has_outage = true;
       // The breaker may wait for a minute before it tries again.
       x.drain_seconds = 120;
     }},
    {"smtp", "deliveries by email, to a mail server inside this program",
     [](run_options& x) {
       x.events = 20'000;
       x.channel_type = "email";
     }},
    {"pending", "1,000,000 deliveries wait for a dead endpoint, and events go to another",
     [](run_options& x) {
       x.events = 50'000;
       x.pending = 1'000'000;
     }},
    {"restart", "killed under load with 1,000,000 deliveries pending, and started again",
     [](run_options& x) {
       x.events = 1'050'000;
       x.batch = 100;
       x.has_outage = true;
       x.kill_after = 1'000'000;
       x.drain_seconds = 120;
     }},
    {"customers", "1,000,000 customers with preferences, and events over all of them",
     [](run_options& x) {
       x.events = 100'000;
       x.customers = 1'000'000;
     }},
  };
  return all;
}

std::vector<std::string> scenario_names() {
  std::vector<std::string> result;
  for (const auto& x : scenarios())
    result.emplace_back(x.name);
  return result;
}

void set_scenario(run_options& x, std::string_view name) {
  const auto& all = scenarios();
  auto found
    = std::find_if(all.begin(), all.end(), [name](auto& each) { return each.name == name; });
  if (found != all.end())
    found->set(x);
}

} // namespace tocsin::bench
