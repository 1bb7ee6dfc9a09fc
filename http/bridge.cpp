#include "http/bridge.hpp"

namespace tocsin::http {

void http_bridge_state::gather(question_ptr x) {
  ready.at(x->loop()).push_back(std::move(x));
  if (flush_is_due)
    return;
  // It queues behind everything that has come in by now, so a batch forms without a timer.
  flush_is_due = true;
  self->send(self, flush_replies{});
}

void http_bridge_state::on_flush() {
  flush_is_due = false;
  for (size_t i = 0; i < ready.size(); ++i)
    if (!ready[i].empty())
      posts[i](std::exchange(ready[i], {}));
}

http_bridge_actor::behavior_type
http_bridge(http_bridge_actor::stateful_pointer<http_bridge_state> self,
            const std::vector<reply_post>& posts) {
  auto& state = self->state;
  state.self = self;
  state.posts = posts;
  state.ready.resize(posts.size());
  return {
    [self](put_questions& msg) {
      for (auto& x : msg.values)
        x->put(self, [self](question_ptr answered) { self->state.gather(std::move(answered)); });
    },
    [self](flush_replies) { self->state.on_flush(); },
  };
}

} // namespace tocsin::http
