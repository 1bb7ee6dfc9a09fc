#pragma once

#include "messages/protocol/delivery_ledger.hpp"

#include <set>
#include <utility>

namespace tocsin {

/// Notes in storage when a way in was used. Nobody waits for that: a use that is not noted now is
/// noted with the next one. Belongs to the state of the actor that notes.
template <class Key>
class use_notes {
public:
  /// Has `ledger` apply `note`, unless one about `key` is on its way to it.
  template <class Self>
  void add(Self* self, const delivery_ledger_actor& ledger, const Key& key, command note) {
    if (!under_way_.insert(key).second)
      return;
    self->request(ledger, caf::infinite, apply_command{std::move(note), {}})
      .then([this, key](const command_result&) { under_way_.erase(key); },
            [this, key](const caf::error&) { under_way_.erase(key); });
  }

private:
  std::set<Key> under_way_;
};

} // namespace tocsin
