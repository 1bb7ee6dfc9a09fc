#pragma once

#include "channels/smtp_session.hpp"
#include "channels/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tocsin::channels {

/// One mail on its way to one server.
struct mail_job {
  std::shared_ptr<transport::sink> to;
  uint64_t cookie = 0;
  smtp_request value;
};

/// Decides which mail goes next, so that servers that stall cannot take all threads. The servers
/// with mails waiting take turns. One that is known to answer has up to `per_server` mails under
/// way; one that is new, or whose last mail timed out, has one; and all of the latter together
/// leave a quarter of the threads to the others. Not thread-safe.
class mail_queue {
public:
  /// Host and port.
  using server_key = std::pair<std::string, uint16_t>;

  mail_queue(size_t threads, size_t per_server);

  static server_key key_of(const mail_job& x);

  void push(mail_job x);

  /// Takes the next mail that may go now.
  std::optional<mail_job> take();

  /// A mail to `server` has ended.
  void finish(const server_key& server, bool stalled);

  /// How many mails `take` would give now.
  size_t ready() const;

  /// Takes all that waits, whatever its server does.
  std::vector<mail_job> drain();

private:
  struct server {
    std::deque<mail_job> waiting;
    size_t busy = 0;
    /// Whether its last mail ended in time.
    bool answers = false;
  };

  /// How many more mails `x` may have under way, while `others` are to servers not known to answer.
  size_t room(const server& x, size_t others) const;

  size_t per_server_;
  /// How many mails may be under way to servers not known to answer.
  size_t doubtful_limit_;
  size_t doubtful_ = 0;
  /// Those with mails waiting or under way, and those that are known to answer.
  std::map<server_key, server> servers_;
  /// The servers with mails waiting, the next first.
  std::deque<server_key> turns_;
};

} // namespace tocsin::channels
