#include "storage/upkeep/verify.hpp"

#include "storage/engine/lookup.hpp"
#include "storage/repositories/pause_repository.hpp"
#include "storage/upkeep/record_checks.hpp"
#include "storage/upkeep/verification.hpp"

namespace tocsin::storage {

namespace {

expected<void> check_all(verification& on, const record_check& step) {
  return visit_records(on.tx(), step.db, [&](byte_view key, byte_view value) -> expected<void> {
    on.count_entry();
    auto checked = step.check(on, key, value);
    if (!checked && !on.note(checked.error()))
      return checked.error();
    return {};
  });
}

} // namespace

// Walks over every database once. Indexes are checked from both sides: each entry against its
// record, and each record for its entry.
expected<verify_report> verify(const transaction& tx, const fault_sink& on_fault) {
  verification on{tx, on_fault};
  for (auto steps : {history_checks(), configuration_checks()})
    for (auto& step : steps)
      if (auto checked = check_all(on, step); !checked)
        return checked.error();
  if (auto pause = find_pause(tx); !pause && !on.note(pause.error()))
    return pause.error();
  return on.report();
}

} // namespace tocsin::storage
