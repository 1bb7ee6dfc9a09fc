#include "tests/support/standin/script_book.hpp"

#include <algorithm>

namespace tocsin::standin {

void script_book::add(const std::string& endpoint, scripted_reply what) {
  std::lock_guard guard{mutex_};
  queues_[endpoint].push_back(std::move(what));
}

template <class Fits>
std::optional<scripted_reply> script_book::take_if(std::string_view provider, std::string_view name,
                                                   Fits fits) {
  std::lock_guard guard{mutex_};
  if (queues_.empty())
    return std::nullopt;
  std::string exact{provider};
  exact.append("/").append(name);
  for (std::string_view endpoint : {std::string_view{exact}, provider}) {
    auto queue = queues_.find(endpoint);
    if (queue == queues_.end())
      continue;
    auto i = std::ranges::find_if(queue->second, fits);
    if (i == queue->second.end())
      continue;
    auto found = *i;
    if (i->times == 1)
      queue->second.erase(i);
    else if (i->times > 1)
      --i->times;
    if (queue->second.empty())
      queues_.erase(queue);
    return found;
  }
  return std::nullopt;
}

std::optional<scripted_reply> script_book::take(std::string_view provider, std::string_view name,
                                                std::string_view body) {
  return take_if(provider, name, [&](const scripted_reply& each) {
    return body.find(each.match) != std::string_view::npos;
  });
}

std::optional<scripted_reply> script_book::take(std::string_view provider, std::string_view name,
                                                smtp_stage stage, std::string_view line) {
  return take_if(provider, name, [&](const scripted_reply& each) {
    return each.stage == stage && line.find(each.match) != std::string_view::npos;
  });
}

void script_book::clear() {
  std::lock_guard guard{mutex_};
  queues_.clear();
}

} // namespace tocsin::standin
