#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "policy/delivery_life.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/records/delivery_record.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::storage {

/// A stored delivery on its way to its next state. All commands that move deliveries go through
/// here, so that the life cycle holds and every index stays true to the record.
class delivery_change {
public:
  /// Reads the delivery `id`. Errors: not_found, and those of storage.
  static expected<delivery_change> begin(write_transaction& tx, const delivery_id& id);

  const delivery_id& id() const { return id_; }
  const delivery_head& before() const { return before_; }

  /// What is to be stored; all but `state`, `event` and `channel` is free to be changed.
  delivery_head& head() { return head_; }

  /// Moves the state as the life cycle says. Errors: as `policy::next_state`.
  expected<void> move(policy::stimulus what, delivery_state wanted = delivery_state::pending);

  /// Puts `text` in place of the operator's words.
  void set_note(std::string text) { note_ = std::move(text); }

  /// Names the code of the attempt that ended it, which the index of dead letters holds.
  void set_code(std::string_view code) { code_ = code; }

  /// Stores the delivery, and moves its entries in `due` and `dead_letters` and the count of its
  /// channel.
  /// Errors: conflict (it would be owed by a channel that is gone), and those of storage.
  expected<void> store();

private:
  delivery_change(write_transaction& tx, const delivery_id& id, byte_view record,
                  const delivery_head& head)
    : tx_(&tx), id_(id), record_(record), before_(head), head_(head) {}

  expected<void> count_owed();
  expected<void> move_due();
  expected<void> move_dead_letter();
  expected<void> store_record();

  write_transaction* tx_;
  delivery_id id_;
  /// As it was found.
  std::string record_;
  delivery_head before_;
  delivery_head head_;
  std::optional<std::string> note_;
  std::string code_;
};

} // namespace tocsin::storage
