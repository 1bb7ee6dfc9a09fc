#pragma once

#include "messages/steady_time.hpp"

#include <cstdint>
#include <optional>

namespace tocsin {

/// A moment at which an actor sends itself a message. A message that is on its way cannot be
/// recalled; setting the alarm again makes it void, because it has the number of an earlier
/// setting.
class alarm {
public:
  /// Sets it. The message has to carry the number that is returned.
  uint64_t set(steady_time at) {
    at_ = at;
    return ++number_;
  }

  /// Whether the message with `number` is the one that counts. It is not set any more then.
  bool rings(uint64_t number) {
    if (number != number_)
      return false;
    at_.reset();
    return true;
  }

  /// The moment it is set to; nothing while it is not set.
  const std::optional<steady_time>& at() const { return at_; }

private:
  std::optional<steady_time> at_;
  uint64_t number_ = 0;
};

} // namespace tocsin
