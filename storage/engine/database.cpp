#include "storage/engine/database.hpp"

#include <array>

namespace tocsin::storage {

namespace {

constexpr std::array<std::string_view, database_count> names{
  "meta",           "events",      "deliveries", "attempts",      "due",
  "due_counts",     "idempotency", "channels",   "channel_names", "recipients",
  "customer_names", "preferences", "tokens",     "token_digests", "dead_letters",
  "audit",          "passwords",   "sessions",   "portal_links",  "event_types",
  "hourly_counts",
};

} // namespace

std::string_view to_string(database x) {
  return names.at(static_cast<size_t>(x));
}

} // namespace tocsin::storage
