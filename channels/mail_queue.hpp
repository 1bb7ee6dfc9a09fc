#pragma once

#include "channels/smtp_session.hpp"
#include "channels/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tocsin::channels {

/// One mail on its way to one server.
struct mail_job {
  std::shared_ptr<transport::sink> to;
  uint64_t cookie = 0;
  smtp_request value;
};

/// Decides which mail goes next, so that slow servers cannot take all threads. The owners with
/// mails waiting take turns, and so do the servers of each. A server that is known to be prompt has
/// up to `per_server` mails under way; one that is new, or whose last mail took long, has one. All
/// of the latter together leave a quarter of the threads to the others, and those of one owner
/// leave most of theirs to other owners. A host is another server at each port and with each
/// encryption: whoever chose a wrong one harms nobody who did not. Not thread-safe.
class mail_queue {
public:
  /// So many servers are remembered at most while they have no mails; beyond it all such are
  /// forgotten, and are new when they have one.
  static constexpr size_t most_remembered = 1024;

  mail_queue(size_t threads, size_t per_server);

  void push(mail_job x);

  /// Takes the next mail that may go now.
  std::optional<mail_job> take();

  /// A mail of `owner` to the server `to` has ended, promptly or not.
  void finish(const std::string& owner, const smtp_server& to, bool was_prompt);

  /// How many mails `take` would give now.
  size_t ready() const;

  /// Takes all that waits, whatever its server does.
  std::vector<mail_job> drain();

  /// How many servers it knows anything of.
  size_t servers() const { return servers_.size(); }

private:
  struct server {
    size_t waiting = 0;
    size_t busy = 0;
    /// Whether its last mail ended promptly, well or badly.
    bool is_prompt = false;

    bool is_idle() const { return busy == 0 && waiting == 0; }
  };

  /// Somebody with mails waiting or under way.
  struct sender {
    /// By server.
    std::map<std::string, std::deque<mail_job>> waiting;
    /// The servers with mails waiting, the next first.
    std::deque<std::string> turns;
    /// The server of each mail under way.
    std::multiset<std::string> under_way;
  };

  /// How many mails are under way to servers that are not known to be prompt.
  struct doubtful_mails {
    size_t of_all = 0;
    size_t of_owner = 0;
  };

  doubtful_mails doubtful_of(const sender& x) const;

  /// How many more mails one owner may have under way to `x`.
  size_t room(const server& x, const doubtful_mails& doubtful) const;

  mail_job take_from(sender& x, std::deque<std::string>::iterator turn);

  size_t per_server_;
  /// How many mails may be under way to servers not known to be prompt, and of one owner.
  doubtful_mails limit_;
  size_t doubtful_ = 0;
  /// By name: those with mails waiting or under way, and those that are known to be prompt.
  std::map<std::string, server> servers_;
  std::map<std::string, sender> senders_;
  /// The owners with mails waiting, the next first.
  std::deque<std::string> turns_;
};

} // namespace tocsin::channels
