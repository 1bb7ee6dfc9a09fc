#pragma once

#include "messages/steady_time.hpp"
#include "messages/timestamp.hpp"

#include <chrono>
#include <optional>

namespace tocsin {

/// Finds out that the wall clock was set forward while the process ran: by the time that passed on
/// the steady one. What was set back, or was wrong at the start already, it cannot tell.
class clock_watch {
public:
  /// More than this ahead is no correction of a clock that drifts.
  static constexpr std::chrono::hours least_jump{1};

  /// By then somebody has set the clock back, or it is right.
  static constexpr std::chrono::hours doubt{24};

  clock_watch(timestamp wall, steady_time steady) : wall_(wall), steady_(steady) {}

  /// By how much the wall clock was set forward within the last day; nothing where it may be
  /// believed. To be asked again and again, with what both clocks say.
  std::optional<std::chrono::milliseconds> find_jump(timestamp wall, steady_time steady) {
    auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(steady - steady_);
    auto ahead = wall - wall_ - passed;
    if (ahead > least_jump) {
      if (!jump_)
        jump_ = jump{ahead, steady};
      if (steady - jump_->found_at < doubt)
        return jump_->ahead;
    }
    wall_ = wall;
    steady_ = steady;
    jump_.reset();
    return std::nullopt;
  }

private:
  struct jump {
    std::chrono::milliseconds ahead;
    steady_time found_at;
  };

  /// What both said when the wall clock was last believed.
  timestamp wall_;
  steady_time steady_;
  std::optional<jump> jump_;
};

} // namespace tocsin
