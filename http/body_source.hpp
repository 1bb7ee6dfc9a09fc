#pragma once

#include <functional>
#include <string>

namespace tocsin::http {

/// The body of a response that comes piece by piece, for as long as there is somebody to read it.
/// The connection asks for the next piece once the previous one has been written, so only one piece
/// is in memory at a time. Everything happens on the I/O thread of the connection.
class body_source {
public:
  virtual ~body_source() = default;

  /// Calls `done` with the next piece, now or later, or with an empty one at the end of the body.
  /// Not called again before `done` has been called.
  virtual void next(std::function<void(std::string)> done) = 0;

  /// Nobody reads any more: a `done` that is still waiting is dropped without being called.
  virtual void close() = 0;
};

} // namespace tocsin::http
