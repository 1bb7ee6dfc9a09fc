#pragma once

#include "messages/failure.hpp"
#include "messages/recipient.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/upkeep/verify.hpp"

#include <string_view>

namespace tocsin::storage {

/// What the checks of a `verify` work with: all that is stored, where faults go, and the report.
/// What was given must outlive it.
class verification {
public:
  verification(const transaction& tx, const fault_sink& on_fault) : tx_(tx), on_fault_(on_fault) {}

  const transaction& tx() const { return tx_; }

  const verify_report& report() const { return report_; }

  /// Counts an entry that is looked at.
  void count_entry() { ++report_.entries; }

  /// Notes a record that cannot be read as a fault; false if `x` is another failure.
  bool note(const failure& x);

  /// Notes a fault of the record under `key` in `db` unless `ok`.
  void require(bool ok, database db, byte_view key, std::string_view fault);

  /// Notes a fault of the record under `key` in `db` unless `index` holds `value` under
  /// `index_key`.
  expected<void> require_entry(database index, byte_view index_key, byte_view value, database db,
                               byte_view key);

  /// Notes a fault of the record under `key` in `db` unless the recipient it is about is there.
  expected<void> require_recipient(const recipient_id& id, database db, byte_view key);

  expected<bool> has(database db, byte_view key) const;

private:
  const transaction& tx_;
  const fault_sink& on_fault_;
  verify_report report_;
};

} // namespace tocsin::storage
