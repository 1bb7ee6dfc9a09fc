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
#include <vector>

namespace tocsin::channels {

/// One mail on its way to one server.
struct mail_job {
  std::shared_ptr<transport::sink> to;
  uint64_t cookie = 0;
  smtp_request value;
};

/// Decides which mail goes next, so that slow servers cannot take all threads. The hosts with mails
/// waiting take turns. One that is known to be prompt has up to `per_server` mails under way; one
/// that is new, or whose last mail took long, has one; and all of the latter together leave a
/// quarter of the threads to the others. Ports do not count: whoever has a host has all of them.
/// Not thread-safe.
class mail_queue {
public:
  /// So many servers are remembered at most while they have no mails; beyond it all such are
  /// forgotten, and are new when they have one.
  static constexpr size_t most_remembered = 1024;

  mail_queue(size_t threads, size_t per_server);

  void push(mail_job x);

  /// Takes the next mail that may go now.
  std::optional<mail_job> take();

  /// A mail to `host` has ended, promptly or not.
  void finish(const std::string& host, bool was_prompt);

  /// How many mails `take` would give now.
  size_t ready() const;

  /// Takes all that waits, whatever its server does.
  std::vector<mail_job> drain();

  /// How many servers it knows anything of.
  size_t servers() const { return servers_.size(); }

private:
  struct server {
    std::deque<mail_job> waiting;
    size_t busy = 0;
    /// Whether its last mail ended promptly, well or badly.
    bool is_prompt = false;

    bool is_idle() const { return busy == 0 && waiting.empty(); }
  };

  /// How many more mails `x` may have under way, while `others` are to doubtful servers.
  size_t room(const server& x, size_t others) const;

  size_t per_server_;
  /// How many mails may be under way to servers not known to be prompt.
  size_t doubtful_limit_;
  size_t doubtful_ = 0;
  /// By host: those with mails waiting or under way, and those that are known to be prompt.
  std::map<std::string, server> servers_;
  /// The hosts with mails waiting, the next first.
  std::deque<std::string> turns_;
};

} // namespace tocsin::channels
