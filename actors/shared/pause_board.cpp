#include "actors/shared/pause_board.hpp"

#include <algorithm>

namespace tocsin {

channels::pause_names pause_names_of(const channels::adapter& x, const channel_id& id) {
  auto result = x.pauses();
  if (result.endpoint.empty())
    result.endpoint = to_string(id);
  return result;
}

void pause_board::note_pause(const channels::pause_names& names, channels::pause_scope scope,
                             steady_time until, steady_time now) {
  using enum channels::pause_scope;
  std::lock_guard guard{mutex_};
  std::erase_if(held_, [now](auto& x) { return x.second.until <= now; });
  auto others_wait = std::any_of(held_.begin(), held_.end(), [&](auto& x) {
    return x.first != names.endpoint && x.second.sender == names.sender;
  });
  if (scope != sender)
    extend(names.endpoint, names.sender, until);
  if (scope == sender || (scope == unnamed && others_wait))
    extend(names.sender, {}, until);
}

std::optional<steady_time> pause_board::paused_until(const channels::pause_names& names,
                                                     steady_time now) const {
  std::lock_guard guard{mutex_};
  std::optional<steady_time> result;
  for (auto* name : {&names.endpoint, &names.sender}) {
    auto i = held_.find(*name);
    if (i != held_.end() && i->second.until > now)
      result = std::max(result.value_or(i->second.until), i->second.until);
  }
  return result;
}

void pause_board::extend(const std::string& name, const std::string& sender, steady_time until) {
  if (name.empty())
    return;
  auto& x = held_[name];
  x.until = std::max(x.until, until);
  x.sender = sender;
}

} // namespace tocsin
