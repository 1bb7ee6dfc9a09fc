#include "channels/transport/mail_queue.hpp"

#include "messages/recipient.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace tocsin::channels {

namespace {

/// The part of the threads that is kept for servers that are known to be prompt.
constexpr size_t kept_part = 4;

/// The part of the others, and of all, that one owner may have ...
constexpr size_t owner_doubtful_part = 4;
constexpr size_t owner_part = 2;
/// ... if that is more than this: a server that stalls leaves a thread to the owner's next one.
constexpr size_t min_owner_threads = 2;

/// Admins may have all threads: what waits for theirs is their own service.
bool is_limited(const std::string& owner) {
  auto id = parse_recipient_id(owner);
  return !id || id->kind != recipient_kind::admin;
}

/// What a server goes by in the queue.
std::string name_of(const smtp_server& x) {
  return fmt::format("{}:{} {}", x.host, x.port, to_string(x.encryption));
}

} // namespace

mail_queue::mail_queue(size_t threads, size_t per_server)
  : per_server_(std::max<size_t>(per_server, 1)) {
  max_doubtful_ = threads - threads / kept_part;
  owner_doubtful_ = std::max(max_doubtful_ / owner_doubtful_part, min_owner_threads);
  owner_threads_ = std::max(threads / owner_part, min_owner_threads);
}

template <class F>
void mail_queue::change(server& x, F apply) {
  auto totals_of = [this](auto& y) -> totals& { return y.is_prompt ? prompt_ : doubtful_; };
  auto open = [this](auto& y) { return y.waiting > 0 && y.busy < most_of(y) ? 1u : 0u; };
  totals_of(x).busy -= x.busy;
  totals_of(x).open -= open(x);
  apply(x);
  totals_of(x).busy += x.busy;
  totals_of(x).open += open(x);
}

void mail_queue::push(mail_job x) {
  auto& owner = x.to->owner();
  auto server = name_of(*x.value.server);
  auto& from = senders_[owner];
  if (from.turns.empty()) {
    from.is_limited = is_limited(owner);
    turns_.push_back(owner);
  }
  auto& line = from.waiting[server];
  if (line.empty())
    from.turns.push_back(server);
  line.push_back(std::move(x));
  change(servers_[server], [](auto& to) { ++to.waiting; });
}

std::optional<mail_job> mail_queue::take() {
  auto next = find_next();
  if (!next)
    return std::nullopt;
  auto name = *next->owner;
  turns_.erase(next->owner);
  auto& from = senders_.at(name);
  auto server = from.turns.begin() + next->server;
  auto result = take_from(from, server);
  if (!from.turns.empty())
    turns_.push_back(std::move(name));
  return result;
}

std::optional<mail_queue::turn> mail_queue::find_next() const {
  if (!any_has_room())
    return std::nullopt;
  for (auto owner = turns_.begin(); owner != turns_.end(); ++owner) {
    auto& from = senders_.at(*owner);
    if (from.is_limited && from.under_way.size() >= owner_threads_)
      continue;
    auto may_have_doubtful = !from.is_limited || doubtful_of(from) < owner_doubtful_;
    auto may_go = [&](auto& name) {
      auto& to = servers_.at(name);
      return has_room(to) && (to.is_prompt || may_have_doubtful);
    };
    auto server = std::find_if(from.turns.begin(), from.turns.end(), may_go);
    if (server != from.turns.end())
      return turn{owner, server - from.turns.begin()};
  }
  return std::nullopt;
}

mail_job mail_queue::take_from(sender& x, const std::deque<std::string>::iterator& next) {
  auto server = std::move(*next);
  x.turns.erase(next);
  auto line = x.waiting.find(server);
  auto result = std::move(line->second.front());
  line->second.pop_front();
  if (line->second.empty())
    x.waiting.erase(line);
  else
    x.turns.push_back(server);
  change(servers_.at(server), [](auto& to) {
    --to.waiting;
    ++to.busy;
  });
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
  change(i->second, [&](auto& x) {
    --x.busy;
    x.is_prompt = was_prompt;
  });
  if (i->second.is_idle() && !was_prompt)
    servers_.erase(i);
  else if (servers_.size() > most_remembered)
    std::erase_if(servers_, [](auto& x) { return x.second.is_idle(); });
}

std::vector<uint64_t> mail_queue::withdraw(const transport::sink& from) {
  std::vector<uint64_t> result;
  auto found = senders_.find(from.owner());
  if (found == senders_.end())
    return result;
  auto& sender = found->second;
  for (auto& [name, line] : sender.waiting) {
    auto count = std::erase_if(line, [&](auto& x) {
      if (x.to.get() != &from)
        return false;
      result.push_back(x.cookie);
      return true;
    });
    auto server = servers_.find(name);
    change(server->second, [count](auto& x) { x.waiting -= count; });
    if (server->second.is_idle() && !server->second.is_prompt)
      servers_.erase(server);
  }
  std::erase_if(sender.turns, [&](auto& name) { return sender.waiting.at(name).empty(); });
  std::erase_if(sender.waiting, [](auto& x) { return x.second.empty(); });
  if (sender.turns.empty())
    std::erase(turns_, found->first);
  if (sender.turns.empty() && sender.under_way.empty())
    senders_.erase(found);
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
    change(to, [](auto& x) { x.waiting = 0; });
  turns_.clear();
  return result;
}

size_t mail_queue::doubtful_of(const sender& x) const {
  auto is_doubtful = [this](auto& server) { return !servers_.at(server).is_prompt; };
  auto count = std::count_if(x.under_way.begin(), x.under_way.end(), is_doubtful);
  return static_cast<size_t>(count);
}

bool mail_queue::has_room(const server& x) const {
  return x.busy < most_of(x) && (x.is_prompt || doubtful_.busy < max_doubtful_);
}

bool mail_queue::any_has_room() const {
  return prompt_.open > 0 || (doubtful_.open > 0 && doubtful_.busy < max_doubtful_);
}

} // namespace tocsin::channels
