#pragma once

#include "http/asker.hpp"
#include "http/backend.hpp"
#include "http/body_source.hpp"
#include "http/caller.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tocsin::http {

/// What a stream shows, and to whom.
struct stream_request {
  caller_ptr by;
  /// What it asks the feed, `after` as the reader said it.
  follow_deliveries question;
  /// Whether it shows what `read:sensitive` does.
  bool shows_sensitive = false;
};

/// One reader's server-sent events. It asks the feed for more once its reader has taken what there
/// was, so it holds at most one answer of the feed. A reader that is too slow falls out of the
/// feed's ring, and is told so. Before anything is written, it checks whether its reader may still
/// read: at once after somebody lost access, otherwise several times a minute. Everything happens
/// on the I/O thread of the reader's connection.
class delivery_stream final : public body_source,
                              public std::enable_shared_from_this<delivery_stream> {
public:
  using clock = std::chrono::steady_clock;

  /// A reader receives something at least this often, so that proxies in between keep the
  /// connection and the reader notices when it is dead. The event `heartbeat` also says how far it
  /// is.
  static constexpr std::chrono::seconds heartbeat{15};

  /// `actors` and `questions` outlive it. `seat` is kept as long as there is a reader.
  delivery_stream(const backend& actors, asker& questions, stream_request request,
                  std::shared_ptr<const void> seat);

  /// Begins; `now_at` is the feed's position, for a reader who did not say where to continue.
  void begin(const feed_position& now_at);

  void next(std::function<void(std::string)> done) override;
  void close() override;

  /// Ends the body after what is being written.
  void end();

  /// Writes a heartbeat if it is time for one, and checks whether the reader may still read.
  void tick(clock::time_point now);

private:
  void ask();
  void take(deliveries_moved x);
  void write(const deliveries_moved& x);
  void hand_out();
  bool is_access_old(clock::time_point now) const;
  void check_access();
  template <class Found, class Handle, class Message>
  void check_access_with(const Handle& registry, Message message);

  const backend& actors_;
  asker& questions_;
  stream_request request_;
  std::shared_ptr<const void> seat_;
  std::function<void(std::string)> done_;
  /// An answer that waits until it is known that its reader may have it.
  std::optional<deliveries_moved> unchecked_;
  /// What is to be written next.
  std::string text_;
  bool is_asking_ = false;
  bool is_checking_ = false;
  bool has_ended_ = false;
  clock::time_point written_at_{};
  /// The access epoch in which the reader was last seen to have access.
  uint64_t epoch_ = 0;
  /// When to ask again whether it still has.
  clock::time_point check_at_{};
};

} // namespace tocsin::http
