#pragma once

#include <chrono>
#include <functional>

namespace tocsin::http {

/// An open connection, as the thread that it lives on sees it.
class connection {
public:
  virtual ~connection() = default;

  /// Begins to read requests. `on_closed` is called once, when the connection has closed.
  virtual void start(std::function<void()> on_closed) = 0;

  /// When `expire` is to be called, should nothing happen before.
  virtual std::chrono::steady_clock::time_point deadline() const = 0;

  /// Ends what has taken too long: tells the client where that makes sense, and closes.
  virtual void expire() = 0;

  /// Closes the connection at once, whatever is going on.
  virtual void close() = 0;
};

} // namespace tocsin::http
