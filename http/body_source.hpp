#pragma once

#include <functional>
#include <string>

namespace tocsin::http {

/// The body of a response that comes piece by piece, for as long as there is somebody to read it.
/// The session of the connection asks for a piece once the one before is on its way, so that never
/// more than one is in memory. Everything happens on the I/O thread of the connection.
class body_source {
public:
  virtual ~body_source() = default;

  /// Calls `done` with the next piece, at once or later; with an empty one where the body ends. Not
  /// called again before that.
  virtual void next(std::function<void(std::string)> done) = 0;

  /// Nobody reads any more: the `done` that waits is not called, and let go of.
  virtual void close() = 0;
};

} // namespace tocsin::http
