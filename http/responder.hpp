#pragma once

#include "http/request.hpp"
#include "http/response.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tocsin::http {

/// Where a request comes from.
struct request_origin {
  /// The `X-Request-Id` that the response will carry.
  std::string request_id;
  /// The client's IP address.
  std::string address;
  /// Whether browsers reach the server over TLS, whoever terminates it.
  bool is_reached_over_tls = false;
};

/// Where the response to one request goes.
class response_sink {
public:
  virtual ~response_sink() = default;

  /// Tells where the request came from. On the I/O thread of the connection.
  virtual request_origin origin() { return {}; }

  /// Reads the body of a request that lacks it, of `max_bytes` at most, and then calls `done`.
  /// Should that fail, the sink answers by itself and lets go of `done`. On the I/O thread of the
  /// connection.
  virtual void read_body(size_t max_bytes, std::function<void(std::string)> done) = 0;

  /// Takes the response. On the I/O thread of the connection.
  virtual void send(response x) = 0;

  /// Says that no response will come: whoever owed it is gone. On any thread.
  virtual void abandon() noexcept = 0;
};

/// The duty to answer one request, exactly once. If it is destroyed unanswered, the client gets 503
/// `unavailable`.
class responder {
public:
  explicit responder(std::shared_ptr<response_sink> sink) : sink_(std::move(sink)) {}

  responder(responder&&) noexcept = default;
  responder& operator=(responder&&) = delete;

  ~responder() {
    if (sink_)
      sink_->abandon();
  }

  /// Where the request came from; only before it is answered.
  request_origin origin() const { return sink_->origin(); }

  /// Has the body read of a request that lacks it, and calls `done` with it, unless it is larger
  /// than `max_bytes` or does not come as it should: then that is answered. Only before the request
  /// is answered.
  void read_body(size_t max_bytes, std::function<void(std::string)> done) const {
    sink_->read_body(max_bytes, std::move(done));
  }

  /// Adds a header field to the answer, whatever that will be.
  void add(header_field x) { added_.push_back(std::move(x)); }

  /// Answers; the responder cannot be used afterwards.
  void send(response x) {
    for (auto& each : added_)
      x.headers.push_back(std::move(each));
    std::exchange(sink_, nullptr)->send(std::move(x));
  }

private:
  std::shared_ptr<response_sink> sink_;
  std::vector<header_field> added_;
};

/// Whoever answers requests.
class request_handler {
public:
  virtual ~request_handler() = default;

  /// Answers through `reply`, now or later, on the calling I/O thread. A request whose body did not
  /// come along with its header lacks it: what is answered without reading it closes the
  /// connection.
  virtual void handle(request x, responder reply) = 0;
};

} // namespace tocsin::http
