#include "storage/upkeep/prune_audit.hpp"

#include "storage/engine/codec.hpp"
#include "storage/engine/erase_all.hpp"
#include "storage/records/audit_record.hpp"
#include "storage/upkeep/expiry.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace tocsin::storage {

namespace {

expected<timestamp> made_at(byte_view key, byte_view value) {
  auto x = decode_audit_entry(key, value);
  if (!x)
    return x.error();
  return x->at;
}

} // namespace

expected<audit_prune_result> prune_audit(write_transaction& tx, timestamp now,
                                         std::chrono::milliseconds kept_for, uint32_t limit,
                                         const audit_id& from, const fault_sink& on_unreadable) {
  expiry expires{now, kept_for};
  audit_prune_result result;
  std::vector<std::string> keys;
  {
    auto is_last_ahead = expires.is_last_ahead(tx, database::audit, made_at);
    auto at = tx.open_cursor(database::audit);
    if (!at)
      return at.error();
    auto found = at->seek(as_key(from));
    for (uint32_t looked_at = 0; found && *found; ++looked_at) {
      if (looked_at == std::max(limit, 1u)) {
        result.resume = record_reader{database::audit, at->key(), at->key()}.id<audit_id>();
        break;
      }
      auto entry = decode_audit_entry(at->key(), at->value());
      if (!entry)
        on_unreadable(entry.error().detail);
      else if (expires.is_over(entry->at))
        keys.emplace_back(at->key());
      else if (auto further = expires.look_on(entry->id, entry->at, is_last_ahead)) {
        found = at->seek(as_key(*further));
        continue;
      } else
        break;
      found = at->next();
    }
    if (!found)
      return found.error();
  }
  if (auto erased = erase_all(tx, database::audit, keys); !erased)
    return erased.error();
  result.entries = static_cast<uint32_t>(keys.size());
  return result;
}

} // namespace tocsin::storage
