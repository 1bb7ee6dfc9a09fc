#pragma once

#include <functional>
#include <string>
#include <utility>

namespace tocsin {

/// Tells of a fault that is met again and again when it comes, when it changes and when it is over,
/// and not each time.
class repeated_fault {
public:
  using report_sink = std::function<void(const std::string&)>;

  /// `report` is told in words of the fault; once that is gone, `report_recovery` is told `over`.
  repeated_fault(report_sink report, report_sink report_recovery, std::string over)
    : report_(std::move(report)),
      report_recovery_(std::move(report_recovery)),
      over_(std::move(over)) {}

  void met(std::string fault) {
    if (fault == known_)
      return;
    known_ = std::move(fault);
    report_(known_);
  }

  void gone() {
    if (known_.empty())
      return;
    known_.clear();
    report_recovery_(over_);
  }

private:
  report_sink report_;
  report_sink report_recovery_;
  std::string over_;
  /// As it was last told; empty while there is none.
  std::string known_;
};

} // namespace tocsin
