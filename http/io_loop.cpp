#include "http/io_loop.hpp"

#include <vector>

namespace tocsin::http {

void io_loop::start(std::function<void(std::chrono::steady_clock::time_point)> on_tick) {
  on_tick_ = std::move(on_tick);
  arm();
  thread_ = std::thread{[this] { context_.run(); }};
}

void io_loop::adopt(std::shared_ptr<connection> x, std::shared_ptr<void> place) {
  auto key = x.get();
  connections_.emplace(key, std::move(x));
  key->start([this, key, place = std::move(place)] { connections_.erase(key); });
}

void io_loop::stop() {
  auto closing = std::exchange(connections_, {});
  for (auto& [key, x] : closing)
    x->close();
  context_.stop();
}

void io_loop::join() {
  if (thread_.joinable())
    thread_.join();
}

void io_loop::arm() {
  timer_.expires_after(tick_);
  timer_.async_wait([this](boost::system::error_code ec) {
    if (ec)
      return;
    auto now = std::chrono::steady_clock::now();
    expire_connections(now);
    on_tick_(now);
    arm();
  });
}

void io_loop::expire_connections(std::chrono::steady_clock::time_point now) {
  // Closing takes the connection out of the map, so they are gathered first.
  std::vector<std::shared_ptr<connection>> late;
  for (auto& [key, x] : connections_)
    if (x->deadline() <= now)
      late.push_back(x);
  for (auto& x : late)
    x->expire();
}

} // namespace tocsin::http
