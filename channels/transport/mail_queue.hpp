#pragma once

#include "channels/transport/smtp_session.hpp"
#include "channels/transport/transport.hpp"

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
/// of the latter together leave a quarter of the threads to the others. One customer has half of
/// the threads at most, and a quarter of those for servers not known to be prompt. A host is
/// another server at each port and with each encryption: whoever chose a wrong one harms nobody who
/// did not. Not thread-safe.
class mail_queue {
public:
  /// This many servers are remembered at most while they have no mails; beyond it all such are
  /// forgotten, and are new when they have one.
  static constexpr size_t most_remembered = 1024;

  mail_queue(size_t threads, size_t per_server);

  void push(mail_job x);

  /// Takes the next mail that may go now.
  std::optional<mail_job> take();

  /// A mail of `owner` to the server `to` has ended, promptly or not.
  void finish(const std::string& owner, const smtp_server& to, bool was_prompt);

  /// Whether `take` would give one now.
  bool has_next() const { return find_next().has_value(); }

  /// Takes back the mails of `from` that wait; returns their cookies.
  std::vector<uint64_t> withdraw(const transport::sink& from);

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
    /// Whether it has to leave threads to others.
    bool is_limited = true;
    /// By server.
    std::map<std::string, std::deque<mail_job>> waiting;
    /// The servers with mails waiting, the next first.
    std::deque<std::string> turns;
    /// The server of each mail under way.
    std::multiset<std::string> under_way;
  };

  /// Sums over the servers that are known to be prompt, or over the others.
  struct totals {
    /// Mails under way.
    size_t busy = 0;
    /// Servers with mails waiting that could take one more.
    size_t open = 0;
  };

  /// A place in `turns_`, and one in the `turns` of that owner.
  struct turn {
    std::deque<std::string>::const_iterator owner;
    std::ptrdiff_t server = 0;
  };

  /// Whose mail goes next. Looks at no owner while every server has all it may.
  std::optional<turn> find_next() const;

  /// How many mails of `x` are under way to servers not known to be prompt.
  size_t doubtful_of(const sender& x) const;

  /// How many mails `x` may have under way.
  size_t most_of(const server& x) const { return x.is_prompt ? per_server_ : 1; }

  bool has_room(const server& x) const;
  bool any_has_room() const;

  /// Applies a change to `x` and keeps the totals right.
  template <class F>
  void change(server& x, F apply);

  mail_job take_from(sender& x, const std::deque<std::string>::iterator& next);

  size_t per_server_;
  /// How many mails may be under way to servers not known to be prompt, and of one customer.
  size_t max_doubtful_;
  size_t owner_doubtful_;
  /// How many mails of one customer may be under way in all.
  size_t owner_threads_;
  totals prompt_;
  totals doubtful_;
  /// By name: those with mails waiting or under way, and those that are known to be prompt.
  std::map<std::string, server> servers_;
  std::map<std::string, sender> senders_;
  /// The owners with mails waiting, the next first.
  std::deque<std::string> turns_;
};

} // namespace tocsin::channels
