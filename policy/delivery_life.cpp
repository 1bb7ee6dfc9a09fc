#include "policy/delivery_life.hpp"

#include <fmt/format.h>

namespace tocsin::policy {

namespace {

using enum delivery_state;

failure refusal(delivery_state from, stimulus what) {
  if (from == attempting)
    return fail(errc::in_flight,
                fmt::format("the delivery is being sent and cannot be {}", to_string(what)));
  return fail(errc::conflict,
              fmt::format("the delivery is {} and cannot be {}", to_string(from), to_string(what)));
}

bool can_lead_to(stimulus what, delivery_state wanted) {
  if (wanted == pending || wanted == scheduled)
    return true;
  return what == stimulus::attempted && (wanted == delivered || wanted == dead_letter);
}

expected<delivery_state> go(bool is_possible, delivery_state to, delivery_state from,
                            stimulus what) {
  if (!is_possible)
    return refusal(from, what);
  return to;
}

expected<delivery_state> go_where_wanted(bool is_possible, delivery_state wanted,
                                         delivery_state from, stimulus what) {
  if (!can_lead_to(what, wanted))
    return fail(errc::invalid_argument, fmt::format("no delivery that is {} is {} then",
                                                    to_string(what), to_string(wanted)));
  return go(is_possible, wanted, from, what);
}

} // namespace

std::string_view to_string(stimulus x) {
  switch (x) {
  case stimulus::claimed: return "claimed";
  case stimulus::released: return "released";
  case stimulus::attempted: return "attempted";
  case stimulus::held: return "held";
  case stimulus::interrupted: return "interrupted";
  case stimulus::resent: return "resent";
  case stimulus::replayed: return "replayed";
  case stimulus::cancelled: return "cancelled";
  case stimulus::discarded: return "discarded";
  case stimulus::orphaned: return "orphaned";
  }
  return "unknown";
}

expected<delivery_state> next_state(delivery_state from, stimulus what, delivery_state wanted) {
  auto waits = from == pending || from == scheduled;
  switch (what) {
  case stimulus::claimed: return go(waits, attempting, from, what);
  case stimulus::released: return go_where_wanted(from == attempting, wanted, from, what);
  case stimulus::attempted: return go_where_wanted(is_owed(from), wanted, from, what);
  case stimulus::held: return go(is_owed(from), scheduled, from, what);
  case stimulus::interrupted: return go(from == attempting, dead_letter, from, what);
  case stimulus::resent: return is_owed(from) ? from : go_where_wanted(true, wanted, from, what);
  case stimulus::replayed: return go_where_wanted(from == dead_letter, wanted, from, what);
  case stimulus::cancelled: return go(waits, cancelled, from, what);
  case stimulus::discarded: return go(from == dead_letter, cancelled, from, what);
  case stimulus::orphaned: return go(is_owed(from), cancelled, from, what);
  }
  return refusal(from, what);
}

} // namespace tocsin::policy
