#include "http/stream_desk.hpp"

namespace tocsin::http {

void stream_desk::tick(delivery_stream::clock::time_point now) {
  std::erase_if(open_, [](auto& x) { return x.expired(); });
  for (auto& x : open_)
    if (auto stream = x.lock())
      stream->tick(now);
}

void stream_desk::end_all() {
  for (auto& x : open_)
    if (auto stream = x.lock())
      stream->end();
}

} // namespace tocsin::http
