#pragma once

#include "channels/transport/transport.hpp"
#include "messages/recipient.hpp"

#include <functional>
#include <mutex>
#include <vector>

namespace tocsin {

/// Brings replies from the transport's threads to an actor: they accumulate here, and one message
/// tells the actor of all of them. Thread-safe.
class reply_inbox : public channels::transport::sink {
public:
  /// For the requests of a channel of `owner`. `notify` is called on a thread of the transport when
  /// the first reply has come.
  reply_inbox(const recipient_id& owner, std::function<void()> notify)
    : sink{to_string(owner)}, notify_(std::move(notify)) {}

  void completed(std::vector<channels::transport::completion> batch) override;

  /// Takes what has accumulated.
  std::vector<channels::transport::completion> take();

private:
  std::mutex mutex_;
  std::vector<channels::transport::completion> gathered_;
  std::function<void()> notify_;
};

} // namespace tocsin
