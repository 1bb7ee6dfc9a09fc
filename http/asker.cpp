#include "http/asker.hpp"

#include <caf/send.hpp>

namespace tocsin::http {

void asker::put() {
  if (bridge_ && !gathered_.empty())
    caf::anon_send(bridge_, put_questions{std::exchange(gathered_, {})});
}

void asker::conclude(const std::vector<question_ptr>& answered) {
  for (auto& x : answered) {
    waiting_.erase(x.get());
    x->conclude();
  }
}

void asker::expire(clock::time_point now) {
  // Giving up may ask anew, so the late ones are taken out first.
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
  bridge_ = nullptr;
  gathered_.clear();
  for (auto& [key, x] : waiting_)
    x.value->forget();
  waiting_.clear();
}

} // namespace tocsin::http
