#pragma once

#include "channels/transport/wire.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tocsin::channels {

/// Sends requests and brings back replies; `curl_transport` is how it is done. Thread-safe.
class transport {
public:
  struct job {
    /// Comes back in the completion.
    uint64_t cookie = 0;
    wire_request request;
  };

  struct completion {
    uint64_t cookie = 0;
    wire_reply reply;
  };

  /// Takes completions. Called on a thread of the transport, which must not be kept waiting.
  class sink {
  public:
    /// `owner` is whose requests these are: where they have to wait, owners take turns.
    explicit sink(std::string owner) : owner_{std::move(owner)} {}
    virtual ~sink() = default;

    const std::string& owner() const { return owner_; }

    /// Everything that completed for this sink in one round, in order of completion.
    virtual void completed(std::vector<completion> batch) = 0;

  private:
    std::string owner_;
  };

  virtual ~transport() = default;

  /// Queues `jobs`; never waits for the network. Each job that is not withdrawn has exactly one
  /// completion, and `to` lives at least until then.
  virtual void submit(const std::shared_ptr<sink>& to, std::vector<job> jobs) = 0;

  /// Takes back the jobs of `from` that wait for their turn: they are not sent and have no
  /// completion. Returns their cookies.
  virtual std::vector<uint64_t> withdraw(const sink& from) = 0;
};

} // namespace tocsin::channels
