#include "storage/upkeep/verification.hpp"

#include "storage/engine/codec.hpp"
#include "storage/records/recipient_key.hpp"

#include <fmt/format.h>

namespace tocsin::storage {

bool verification::note(const failure& x) {
  if (!is_unreadable(x))
    return false;
  ++report_.faults;
  on_fault_(x.detail);
  return true;
}

void verification::require(bool ok, database db, byte_view key, std::string_view fault) {
  if (!ok)
    note(corrupt(db, key, fault));
}

expected<void> verification::require_entry(database index, byte_view index_key, byte_view value,
                                           database db, byte_view key) {
  auto found = tx_.find(index, index_key);
  if (!found)
    return found.error();
  require(*found && **found == value, db, key,
          fmt::format("lacks its entry in {}", to_string(index)));
  return {};
}

expected<void> verification::require_recipient(const recipient_id& id, database db, byte_view key) {
  auto there = has(database::recipients, recipient_key(id));
  if (!there)
    return there.error();
  require(*there, db, key, "belongs to nobody");
  return {};
}

expected<bool> verification::has(database db, byte_view key) const {
  auto value = tx_.find(db, key);
  if (!value)
    return value.error();
  return value->has_value();
}

} // namespace tocsin::storage
