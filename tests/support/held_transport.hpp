#pragma once

#include "channels/transport/transport.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace tocsin {

/// Sends nothing, and keeps what it is given until told that nobody listens there. All happens on
/// the thread of the test: the scheduler that runs only when told to takes messages from no other.
class held_transport : public channels::transport {
public:
  void submit(const std::shared_ptr<sink>& to, std::vector<job> jobs) override {
    for (auto& x : jobs)
      held_.push_back({to, x.cookie, std::move(x.request)});
  }

  /// Gives back what waits behind the first `under_way`.
  std::vector<uint64_t> withdraw(const sink& from) override {
    std::vector<uint64_t> result;
    for (auto i = held_.begin() + static_cast<ptrdiff_t>(std::min(under_way, held_.size()));
         i != held_.end();) {
      if (i->to.get() != &from) {
        ++i;
        continue;
      }
      result.push_back(i->cookie);
      i = held_.erase(i);
    }
    return result;
  }

  /// Completes all that is held now as if no connection could be made; returns whether that was
  /// anything.
  bool refuse_held() {
    channels::wire_reply reply;
    reply.fault = channels::wire_fault::unreachable;
    reply.stage = attempt_stage::connect;
    return complete_held(reply);
  }

  /// Completes all that is held now with `reply`; returns whether that was anything.
  bool complete_held(const channels::wire_reply& reply) {
    auto completed = std::exchange(held_, {});
    for (auto& x : completed)
      x.to->completed({{x.cookie, reply}});
    return !completed.empty();
  }

  size_t held() const { return held_.size(); }

  /// The request that was given to it before the others that are held.
  const channels::wire_request& first() const { return held_.at(0).request; }

  /// So many may go at once; the others wait for their turn.
  size_t under_way = SIZE_MAX;

private:
  struct held_job {
    std::shared_ptr<sink> to;
    uint64_t cookie = 0;
    channels::wire_request request;
  };

  std::vector<held_job> held_;
};

} // namespace tocsin
