#pragma once

#include "channels/transport/transport.hpp"

#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tocsin::channels {

/// The reply to a request that comes while the transport stops.
inline wire_reply reply_not_tried() {
  wire_reply result;
  result.fault = wire_fault::not_tried;
  result.error = "the service is stopping";
  return result;
}

/// Collects completions by sink, so that each sink is called once per round.
class completion_batches {
public:
  void add(const std::shared_ptr<transport::sink>& to, uint64_t cookie, wire_reply reply) {
    auto& batch = batches_[to.get()];
    if (!batch.to)
      batch.to = to;
    batch.completions.push_back({cookie, std::move(reply)});
  }

  /// Hands everything over. A sink may submit new jobs meanwhile.
  void flush() {
    for (auto& [key, batch] : std::exchange(batches_, {}))
      batch.to->completed(std::move(batch.completions));
  }

private:
  struct batch {
    std::shared_ptr<transport::sink> to;
    std::vector<transport::completion> completions;
  };

  std::unordered_map<transport::sink*, batch> batches_;
};

} // namespace tocsin::channels
