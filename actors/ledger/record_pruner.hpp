#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "messages/repeated_fault.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/environment.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tocsin {

/// How long what has ended is kept.
struct retention_terms {
  std::chrono::milliseconds events{};
  std::chrono::milliseconds audit{};
};

/// Removes what is older than its retention in small steps. Each kind of records goes in
/// transactions of its own, so that one of which something cannot be removed does not keep the
/// others; a record that cannot be read stays, and the rest goes. Says what stays and why, once.
/// Belongs to the ledger, on the writer's thread.
class record_pruner {
public:
  record_pruner(std::shared_ptr<storage::environment> env, const retention_terms& terms,
                const repeated_fault::report_sink& report,
                const repeated_fault::report_sink& report_recovery);

  /// Removes a part of what is too old at `now`. Returns whether there is more to remove; what
  /// cannot be removed, as the disk is in trouble, is for a later step.
  bool step(timestamp now);

private:
  /// The records of one kind.
  struct kind {
    std::string name;
    repeated_fault fault;
    /// The first that could not be read since the round over all of them began.
    std::string unreadable = {};
  };

  static kind make_kind(const std::string& name, const repeated_fault::report_sink& report,
                        const repeated_fault::report_sink& report_recovery);
  void prune_small_kinds(timestamp now);
  void begin_next_round();
  template <class Prune>
  expected<bool> run(kind& x, bool is_from_the_first, Prune prune_some);

  std::shared_ptr<storage::environment> env_;
  retention_terms terms_;
  kind events_;
  kind audit_;
  kind sessions_;
  kind counts_;
  /// Where the rounds over the events and over the audit log go on.
  event_id from_;
  audit_id audit_from_;
  /// The first event that this round found too young.
  std::optional<event_id> first_young_;
  uint32_t rounds_ = 0;
  /// Sessions and counts are few: more than once a round would only be more commits.
  bool begins_round_ = true;
};

} // namespace tocsin
