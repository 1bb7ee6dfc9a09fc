#include "http/bridge.hpp"

#include <boost/asio/post.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <limits>
#include <utility>

namespace tocsin::http {

namespace {

/// Gives back the reference that scheduling a resumable takes for its next run.
struct reference_release {
  void operator()(caf::resumable* x) const { x->intrusive_ptr_release_impl(); }
};

using scheduled_reference = std::unique_ptr<caf::resumable, reference_release>;

/// A bridge goes through all replies that are there.
constexpr auto all_messages = std::numeric_limits<size_t>::max();

} // namespace

void loop_unit::exec_later(caf::resumable* x) {
  if (x->subtype() != caf::resumable::io_actor)
    return system().scheduler().enqueue(x);
  scheduled_reference next{x};
  std::lock_guard guard{mutex_};
  if (loop_ == nullptr)
    return;
  boost::asio::post(*loop_, [this, next = std::move(next)]() mutable {
    if (next->resume(this, all_messages) == caf::resumable::resume_later)
      exec_later(next.release());
  });
}

void loop_unit::close() {
  std::lock_guard guard{mutex_};
  loop_ = nullptr;
}

void bridge_actor::enqueue(caf::mailbox_element_ptr x, caf::execution_unit*) {
  caf::event_based_actor::enqueue(std::move(x), unit_.get());
}

void bridge_actor::launch(caf::execution_unit*, bool is_lazy, bool is_hidden) {
  caf::event_based_actor::launch(unit_.get(), is_lazy, is_hidden);
}

/// It receives only replies; without a behaviour it would end.
caf::behavior bridge_actor::make_behavior() {
  return {[](caf::unit_t) {}};
}

http_bridge::http_bridge(caf::actor_system& system, boost::asio::io_context& loop)
  : unit_(std::make_shared<loop_unit>(system, loop)),
    handle_(system.spawn<bridge_actor>(unit_)),
    self_(static_cast<bridge_actor*>(caf::actor_cast<caf::abstract_actor*>(handle_))) {}

http_bridge::~http_bridge() {
  unit_->close();
  self_->cleanup(caf::exit_reason::user_shutdown, nullptr);
}

} // namespace tocsin::http
