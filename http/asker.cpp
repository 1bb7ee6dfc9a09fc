#include "http/asker.hpp"

namespace tocsin::http {

asker::asker(caf::actor_system& system, boost::asio::io_context& loop, clock::duration patience,
             std::function<void()> call_back)
  : patience_(patience),
    call_back_(std::move(call_back)),
    watch_([this](const question& x) { waiting_.erase(&x); }) {
  bridge_.emplace(system, loop);
}

void asker::put() {
  for (auto& x : std::exchange(gathered_, {}))
    x->put(*bridge_, watch_);
}

void asker::expire(clock::time_point now) {
  // Giving up may ask again, so the late ones are taken out first.
  std::vector<question_ptr> late;
  for (auto i = waiting_.begin(); i != waiting_.end();) {
    if (i->second.until <= now) {
      late.push_back(std::move(i->second.value));
      i = waiting_.erase(i);
    } else {
      ++i;
    }
  }
  for (auto& x : late)
    x->give_up(fail(errc::overloaded, "no answer in time"));
}

void asker::close() {
  bridge_.reset();
  gathered_.clear();
  for (auto& [key, x] : waiting_)
    x.value->forget();
  waiting_.clear();
}

} // namespace tocsin::http
