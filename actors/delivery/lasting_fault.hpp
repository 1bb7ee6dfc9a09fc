#pragma once

#include <functional>
#include <string>
#include <utility>

namespace tocsin {

/// Tells of a fault that is met again and again when it comes, when it changes and when it is over,
/// and not each time.
class lasting_fault {
public:
  using report_sink = std::function<void(const std::string&)>;

  /// `report` is told in words; `over` is what it is told once the fault is gone.
  lasting_fault(report_sink report, std::string over)
    : report_(std::move(report)), over_(std::move(over)) {}

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
    report_(over_);
  }

private:
  report_sink report_;
  std::string over_;
  /// As it was last told; empty while there is none.
  std::string known_;
};

} // namespace tocsin
