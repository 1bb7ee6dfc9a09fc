#pragma once

#include "tests/support/standin/script.hpp"

#include <deque>
#include <map>
#include <mutex>

namespace tocsin::standin {

/// The queues of scripted replies, one per endpoint. Safe to use from any thread.
///
/// An endpoint is a provider's name (`slack`, `email`, …) for all of its endpoints, or that name, a
/// slash and the endpoint's own (`webhook/orders`, `email/plain`). The queue of the more exact one
/// comes first; within a queue the oldest reply that fits.
class script_book {
public:
  void add(const std::string& endpoint, scripted_reply what);

  /// Takes the next HTTP reply for a request with this body; nothing if none is scripted.
  std::optional<scripted_reply> take(std::string_view provider, std::string_view name,
                                     std::string_view body);

  /// Takes the next SMTP reply for this stage and command line.
  std::optional<scripted_reply> take(std::string_view provider, std::string_view name,
                                     smtp_stage stage, std::string_view line);

  void clear();

private:
  template <class Fits>
  std::optional<scripted_reply> take_if(std::string_view provider, std::string_view name,
                                        Fits fits);

  std::mutex mutex_;
  std::map<std::string, std::deque<scripted_reply>, std::less<>> queues_;
};

} // namespace tocsin::standin
