#pragma once

#include "tests/support/fake_api/fake_api.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tocsin::tests {

/// How a `fake_tocsind` misbehaves. Every `n`th counts over all events, from 1; 0 is never.
struct fake_tocsind_faults {
  /// Accepted and never delivered.
  uint64_t lose_every = 0;
  /// Delivered twice.
  uint64_t repeat_every = 0;
  /// The request is answered with `refusal`, and delivered all the same.
  uint64_t refuse_every = 0;
  int refusal = 429;
  /// Of requests, not events: answered with `refusal`, and not delivered.
  uint64_t turn_away_every = 0;
};

/// Takes one webhook channel and events, answers 202 and posts them to the channel's URL, without
/// storing anything.
class fake_tocsind {
public:
  explicit fake_tocsind(const fake_tocsind_faults& faults = {});
  ~fake_tocsind();

  std::string url() const;

  /// All requests but those for events.
  std::vector<fake_request> other_requests() const;

private:
  class core;
  std::unique_ptr<core> core_;
  /// After the core, so that it ends first.
  fake_api api_;
};

} // namespace tocsin::tests
