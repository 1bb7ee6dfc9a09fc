#pragma once

#include "http/connection.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <thread>
#include <unordered_map>

namespace tocsin::http {

/// One I/O thread with its connections. Everything except the constructor, `start`, `join` and the
/// destructor happens on that thread; other threads get there by posting to `context`.
class io_loop {
public:
  /// `tick` paces the search for connections and questions that took too long.
  explicit io_loop(std::chrono::milliseconds tick) : tick_(tick) {}

  boost::asio::io_context& context() { return context_; }

  /// Starts the thread. `on_tick` is called in it at every tick with the time.
  void start(std::function<void(std::chrono::steady_clock::time_point)> on_tick);

  /// Keeps a connection until it closes, and then releases `place`.
  void adopt(std::shared_ptr<connection> x, std::shared_ptr<void> place);

  /// Closes all connections and makes the thread end.
  void stop();

  /// Waits for the end of the thread, if it was started.
  void join();

private:
  void arm();
  void expire_connections(std::chrono::steady_clock::time_point now);

  boost::asio::io_context context_{1};
  std::chrono::milliseconds tick_;
  boost::asio::steady_timer timer_{context_};
  std::function<void(std::chrono::steady_clock::time_point)> on_tick_;
  std::unordered_map<connection*, std::shared_ptr<connection>> connections_;
  std::thread thread_;
};

} // namespace tocsin::http
