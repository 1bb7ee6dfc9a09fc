#include "channels/mail_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace tocsin::channels {

namespace {

/// The part of the threads that is kept for servers that are known to be prompt.
constexpr size_t kept_part = 4;

/// The part of the others that one owner may have ...
constexpr size_t owner_part = 4;
/// ... if that is more than this: a server that stalls leaves a thread to the owner's next one.
constexpr size_t min_owner_threads = 2;

/// What a server goes by in the queue.
std::string name_of(const smtp_server& x) {
  return fmt::format("{}:{} {}", x.host, x.port, to_string(x.encryption));
}

} // namespace

mail_queue::mail_queue(size_t threads, size_t per_server)
  : per_server_(std::max<size_t>(per_server, 1)) {
  limit_.of_all = threads - threads / kept_part;
  limit_.of_owner = std::max(limit_.of_all / owner_part, min_owner_threads);
}

void mail_queue::push(mail_job x) {
  auto& owner = x.to->owner();
  auto server = name_of(*x.value.server);
  auto& from = senders_[owner];
  if (from.turns.empty())
    turns_.push_back(owner);
  auto& line = from.waiting[server];
  if (line.empty())
    from.turns.push_back(server);
  ++servers_[server].waiting;
  line.push_back(std::move(x));
}

std::optional<mail_job> mail_queue::take() {
  for (auto owner = turns_.begin(); owner != turns_.end(); ++owner) {
    auto& from = senders_.at(*owner);
    auto doubtful = doubtful_of(from);
    auto may_go = [&](auto& server) { return room(servers_.at(server), doubtful) > 0; };
    auto server = std::find_if(from.turns.begin(), from.turns.end(), may_go);
    if (server == from.turns.end())
      continue;
    auto result = take_from(from, server);
    auto name = std::move(*owner);
    turns_.erase(owner);
    if (!from.turns.empty())
      turns_.push_back(std::move(name));
    return result;
  }
  return std::nullopt;
}

mail_job mail_queue::take_from(sender& x, std::deque<std::string>::iterator turn) {
  auto server = std::move(*turn);
  x.turns.erase(turn);
  auto line = x.waiting.find(server);
  auto result = std::move(line->second.front());
  line->second.pop_front();
  if (line->second.empty())
    x.waiting.erase(line);
  else
    x.turns.push_back(server);
  auto& to = servers_.at(server);
  --to.waiting;
  ++to.busy;
  if (!to.is_prompt)
    ++doubtful_;
  x.under_way.insert(std::move(server));
  return result;
}

void mail_queue::finish(const std::string& owner, const smtp_server& to, bool was_prompt) {
  auto server = name_of(to);
  auto from = senders_.find(owner);
  from->second.under_way.erase(from->second.under_way.find(server));
  if (from->second.under_way.empty() && from->second.turns.empty())
    senders_.erase(from);
  auto i = servers_.find(server);
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
  std::map<std::string_view, size_t> begun;
  doubtful_mails doubtful{doubtful_, 0};
  for (auto& owner : turns_) {
    auto& from = senders_.at(owner);
    doubtful.of_owner = doubtful_of(from).of_owner;
    for (auto& server : from.turns) {
      auto to = servers_.at(server);
      if (auto others = begun.find(server); others != begun.end())
        to.busy += others->second;
      auto count = std::min(from.waiting.at(server).size(), room(to, doubtful));
      if (count == 0)
        continue;
      result += count;
      begun[server] += count;
      if (to.is_prompt)
        continue;
      doubtful.of_all += count;
      doubtful.of_owner += count;
    }
  }
  return result;
}

std::vector<mail_job> mail_queue::drain() {
  std::vector<mail_job> result;
  for (auto& [owner, from] : senders_) {
    for (auto& [server, line] : from.waiting)
      std::move(line.begin(), line.end(), std::back_inserter(result));
    from.waiting.clear();
    from.turns.clear();
  }
  for (auto& [server, to] : servers_)
    to.waiting = 0;
  turns_.clear();
  return result;
}

mail_queue::doubtful_mails mail_queue::doubtful_of(const sender& x) const {
  auto is_doubtful = [this](auto& server) { return !servers_.at(server).is_prompt; };
  auto count = std::count_if(x.under_way.begin(), x.under_way.end(), is_doubtful);
  return {doubtful_, static_cast<size_t>(count)};
}

size_t mail_queue::room(const server& x, const doubtful_mails& doubtful) const {
  if (x.is_prompt)
    return per_server_ - std::min(per_server_, x.busy);
  auto has_turn
    = x.busy == 0 && doubtful.of_all < limit_.of_all && doubtful.of_owner < limit_.of_owner;
  return has_turn ? 1 : 0;
}

} // namespace tocsin::channels
