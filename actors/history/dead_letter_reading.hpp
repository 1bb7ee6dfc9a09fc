#pragma once

#include "messages/protocol/dead_letters.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/repositories/dead_letter_repository.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tocsin {

/// A page of dead letters.
struct dead_letter_part {
  page<dead_letter_view> letters;
  /// How many have their place in it and cannot be read.
  size_t unreadable = 0;
};

/// Reads dead letters for one request, with what the index does not know of them. Lives no longer
/// than its transaction.
class dead_letter_reader {
public:
  /// Errors: those of storage.
  static expected<dead_letter_reader> make(const storage::transaction& tx,
                                           const dead_letter_selection& selection);

  /// A part of the selection, with attempts and without the details of events. It may be short,
  /// even empty, and still have a next one. What cannot be read is counted alone. Errors:
  /// invalid_argument (cursor), and those of storage.
  expected<dead_letter_part> list(storage::dead_letter_order order,
                                  const page_request& request) const;

  /// The groups of what channel, code and times select, the largest first.
  /// Errors: invalid_argument (cursor), and those of storage.
  expected<page<dead_letter_summary>> groups(const page_request& request) const;

private:
  dead_letter_reader(const storage::transaction& tx, const dead_letter_selection& selection);

  bool passes(const event& x) const;
  expected<dead_letter_summary> summary_of(const storage::dead_letter_group& x) const;

  const storage::transaction& tx_;
  storage::dead_letter_filter filter_;
  std::string event_type_;
  std::vector<std::string> customers_;
};

/// A dead letter with its event and attempts. Errors: not_found, conflict (it is none), and those
/// of storage.
expected<dead_letter_view> read_dead_letter(const storage::transaction& tx, const delivery_id& id);

} // namespace tocsin
