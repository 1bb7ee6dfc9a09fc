#include "channels/mail_queue.hpp"

#include <algorithm>
#include <iterator>

namespace tocsin::channels {

namespace {

/// The part of the threads that is kept for servers that are known to be prompt.
constexpr size_t kept_part = 4;

} // namespace

mail_queue::mail_queue(size_t threads, size_t per_server)
  : per_server_(std::max<size_t>(per_server, 1)), doubtful_limit_(threads - threads / kept_part) {}

void mail_queue::push(mail_job x) {
  auto& host = x.value.server->host;
  auto& entry = servers_[host];
  if (entry.waiting.empty())
    turns_.push_back(host);
  entry.waiting.push_back(std::move(x));
}

std::optional<mail_job> mail_queue::take() {
  auto may_go = [this](const std::string& host) { return room(servers_.at(host), doubtful_) > 0; };
  auto turn = std::find_if(turns_.begin(), turns_.end(), may_go);
  if (turn == turns_.end())
    return std::nullopt;
  auto host = std::move(*turn);
  turns_.erase(turn);
  auto& entry = servers_.at(host);
  auto result = std::move(entry.waiting.front());
  entry.waiting.pop_front();
  ++entry.busy;
  if (!entry.is_prompt)
    ++doubtful_;
  if (!entry.waiting.empty())
    turns_.push_back(std::move(host));
  return result;
}

void mail_queue::finish(const std::string& host, bool was_prompt) {
  auto i = servers_.find(host);
  auto& entry = i->second;
  if (!entry.is_prompt)
    doubtful_ -= entry.busy;
  --entry.busy;
  entry.is_prompt = was_prompt;
  if (!entry.is_prompt)
    doubtful_ += entry.busy;
  if (entry.is_idle() && !was_prompt)
    servers_.erase(i);
  else if (servers_.size() > most_remembered)
    std::erase_if(servers_, [](auto& x) { return x.second.is_idle(); });
}

size_t mail_queue::ready() const {
  size_t result = 0;
  auto others = doubtful_;
  for (auto& host : turns_) {
    auto& entry = servers_.at(host);
    auto count = std::min(entry.waiting.size(), room(entry, others));
    result += count;
    if (!entry.is_prompt)
      others += count;
  }
  return result;
}

std::vector<mail_job> mail_queue::drain() {
  std::vector<mail_job> result;
  for (auto& [host, entry] : servers_)
    std::move(entry.waiting.begin(), entry.waiting.end(), std::back_inserter(result));
  for (auto& [host, entry] : servers_)
    entry.waiting.clear();
  turns_.clear();
  return result;
}

size_t mail_queue::room(const server& x, size_t others) const {
  if (x.is_prompt)
    return per_server_ - std::min(per_server_, x.busy);
  return x.busy == 0 && others < doubtful_limit_ ? 1 : 0;
}

} // namespace tocsin::channels
