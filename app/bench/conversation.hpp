#pragma once

#include "app/bench/byte_buffer.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tocsin::bench {

/// What all connections of a sink share.
struct sink_state {
  /// Told of every message that arrived; the text is valid during the call only.
  std::function<void(std::string_view text)> on_arrival;
  /// Whether messages are deferred instead of accepted.
  bool is_out_of_order = false;
};

/// The sink's side of one connection, without I/O.
class conversation {
public:
  virtual ~conversation() = default;

  /// What the sink says before it is asked.
  virtual std::string_view greeting() const { return {}; }

  /// Takes all complete messages from `buffer`, and appends the answers to `answers`. False if the
  /// connection cannot be used any more once they are written.
  virtual bool take(byte_buffer& buffer, std::string& answers) = 0;
};

/// Webhooks over HTTP/1.1: 200 for every request, 503 while out of order. `state` outlives it.
std::unique_ptr<conversation> webhook_conversation(const sink_state& state);

/// Mails over SMTP (RFC 5321, with PIPELINING and SIZE): takes every mail, while out of order none
/// (451 to MAIL). No encryption and no signing in. Keeps to the order of the commands, so that a
/// client which gets it wrong is refused. `state` outlives it.
std::unique_ptr<conversation> mail_conversation(const sink_state& state);

} // namespace tocsin::bench
