#include "channels/mail_queue.hpp"

#include <algorithm>
#include <iterator>

namespace tocsin::channels {

namespace {

/// The part of the threads that is kept for servers that are known to answer.
constexpr size_t kept_part = 4;

} // namespace

mail_queue::mail_queue(size_t threads, size_t per_server)
  : per_server_(std::max<size_t>(per_server, 1)), doubtful_limit_(threads - threads / kept_part) {}

mail_queue::server_key mail_queue::key_of(const mail_job& x) {
  return {x.value.server->host, x.value.server->port};
}

void mail_queue::push(mail_job x) {
  auto key = key_of(x);
  auto& entry = servers_[key];
  if (entry.waiting.empty())
    turns_.push_back(std::move(key));
  entry.waiting.push_back(std::move(x));
}

std::optional<mail_job> mail_queue::take() {
  auto may_go = [this](const server_key& key) { return room(servers_.at(key), doubtful_) > 0; };
  auto turn = std::find_if(turns_.begin(), turns_.end(), may_go);
  if (turn == turns_.end())
    return std::nullopt;
  auto key = std::move(*turn);
  turns_.erase(turn);
  auto& entry = servers_.at(key);
  auto result = std::move(entry.waiting.front());
  entry.waiting.pop_front();
  ++entry.busy;
  if (!entry.answers)
    ++doubtful_;
  if (!entry.waiting.empty())
    turns_.push_back(std::move(key));
  return result;
}

void mail_queue::finish(const server_key& server, bool stalled) {
  auto i = servers_.find(server);
  auto& entry = i->second;
  if (!entry.answers)
    doubtful_ -= entry.busy;
  --entry.busy;
  entry.answers = !stalled;
  if (!entry.answers)
    doubtful_ += entry.busy;
  if (stalled && entry.busy == 0 && entry.waiting.empty())
    servers_.erase(i);
}

size_t mail_queue::ready() const {
  size_t result = 0;
  auto others = doubtful_;
  for (auto& key : turns_) {
    auto& entry = servers_.at(key);
    auto count = std::min(entry.waiting.size(), room(entry, others));
    result += count;
    if (!entry.answers)
      others += count;
  }
  return result;
}

std::vector<mail_job> mail_queue::drain() {
  std::vector<mail_job> result;
  for (auto& [key, entry] : servers_)
    std::move(entry.waiting.begin(), entry.waiting.end(), std::back_inserter(result));
  for (auto& [key, entry] : servers_)
    entry.waiting.clear();
  turns_.clear();
  return result;
}

size_t mail_queue::room(const server& x, size_t others) const {
  if (x.answers)
    return per_server_ - std::min(per_server_, x.busy);
  return x.busy == 0 && others < doubtful_limit_ ? 1 : 0;
}

} // namespace tocsin::channels
