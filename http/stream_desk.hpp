#pragma once

#include "http/delivery_stream.hpp"
#include "http/stream_seats.hpp"

#include <memory>
#include <vector>

namespace tocsin::http {

/// The streams that are open on one I/O thread. All of it happens on that thread.
class stream_desk {
public:
  explicit stream_desk(std::shared_ptr<stream_seats> seats) : seats_(std::move(seats)) {}

  stream_seats& seats() { return *seats_; }

  /// Keeps an eye on a stream until it is gone.
  void watch(const std::shared_ptr<delivery_stream>& x) { open_.push_back(x); }

  void tick(delivery_stream::clock::time_point now);

  /// Ends all streams, as the service stops.
  void end_all();

private:
  std::shared_ptr<stream_seats> seats_;
  std::vector<std::weak_ptr<delivery_stream>> open_;
};

} // namespace tocsin::http
