#pragma once

#include <chrono>
#include <functional>

namespace tocsin::http {

/// An open connection, as seen by its thread.
class connection {
public:
  virtual ~connection() = default;

  /// Begins to read requests. `on_closed` is called once, when the connection has closed.
  virtual void start(std::function<void()> on_closed) = 0;

  /// When to call `expire` if nothing happens before.
  virtual std::chrono::steady_clock::time_point deadline() const = 0;

  /// Ends what has taken too long: tells the client if that makes sense, and closes.
  virtual void expire() = 0;

  /// Closes the connection at once, whatever is going on.
  virtual void close() = 0;
};

} // namespace tocsin::http
