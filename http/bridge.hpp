#pragma once

#include <boost/asio/io_context.hpp>
#include <caf/actor.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/execution_unit.hpp>

#include <memory>
#include <mutex>
#include <utility>

namespace tocsin::http {

/// Has actors resumed on the thread of an Asio loop. Those of CAF's workers are left to them.
class loop_unit final : public caf::execution_unit {
public:
  loop_unit(caf::actor_system& system, boost::asio::io_context& loop)
    : caf::execution_unit(&system), loop_(&loop) {}

  /// From any thread.
  void exec_later(caf::resumable* x) override;

  /// Releases the loop: nothing is resumed from here on. From any thread.
  void close();

private:
  std::mutex mutex_;
  /// Null once it is closed.
  boost::asio::io_context* loop_;
};

/// The actor of an I/O thread. It asks others in its own name and is resumed with their replies on
/// that thread, which therefore never waits and needs no intermediary (docs/decisions, 17).
class bridge_actor final : public caf::event_based_actor {
public:
  bridge_actor(caf::actor_config& config, std::shared_ptr<loop_unit> unit)
    : caf::event_based_actor(config), unit_(std::move(unit)) {}

  const char* name() const override { return "tocsin.http-bridge"; }

  subtype_t subtype() const override { return io_actor; }

  using caf::event_based_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr x, caf::execution_unit* host) override;

  void launch(caf::execution_unit* host, bool is_lazy, bool is_hidden) override;

protected:
  caf::behavior make_behavior() override;

private:
  std::shared_ptr<loop_unit> unit_;
};

/// Owns a bridge.
class http_bridge {
public:
  /// Spawns it on the thread that runs `loop`, which may begin later and has to end earlier.
  http_bridge(caf::actor_system& system, boost::asio::io_context& loop);

  http_bridge(const http_bridge&) = delete;
  http_bridge& operator=(const http_bridge&) = delete;

  /// After the end of the I/O thread: replies that are still to come are dropped.
  ~http_bridge();

  const caf::actor& handle() const { return handle_; }

  /// On the I/O thread.
  bridge_actor* operator->() const { return self_; }

private:
  /// A reply that is sent while the bridge ends may still use it.
  std::shared_ptr<loop_unit> unit_;
  caf::actor handle_;
  bridge_actor* self_;
};

} // namespace tocsin::http
