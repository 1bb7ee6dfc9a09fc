#include "tests/support/standin/record_book.hpp"

#include <algorithm>
#include <numeric>

namespace tocsin::standin {

namespace {

constexpr std::array<std::string_view, provider_count> provider_names{
  "slack", "discord", "telegram", "webhook", "email", "pagerduty", "opsgenie", "unknown"};

} // namespace

std::string_view to_string(provider from) {
  return provider_names[static_cast<std::size_t>(from)];
}

std::optional<provider> parse_provider(std::string_view name) {
  auto i = std::ranges::find(provider_names, name);
  if (i == provider_names.end())
    return std::nullopt;
  return static_cast<provider>(i - provider_names.begin());
}

std::string_view record::header(std::string_view wanted) const {
  auto i = std::ranges::find_if(
    headers, [&](const field& f) { return equal_ignoring_case(f.name, wanted); });
  return i == headers.end() ? std::string_view{} : std::string_view{i->value};
}

std::uint64_t record_book::add(ruling how, record entry) {
  std::lock_guard guard{mutex_};
  bool accepted = how == ruling::accepted;
  entry.sequence = ++counts_.newest;
  auto index = static_cast<std::size_t>(entry.from);
  ++(accepted ? counts_.accepted : counts_.refused)[index];
  auto& list = accepted ? accepted_ : refused_;
  list.push_back(std::move(entry));
  if (list.size() > keep_)
    list.pop_front();
  added_.notify_all();
  return counts_.newest;
}

std::vector<record> record_book::list(ruling how, std::optional<provider> from, std::uint64_t after,
                                      std::size_t limit) const {
  std::lock_guard guard{mutex_};
  const auto& all = entries(how);
  auto i = std::ranges::upper_bound(all, after, {}, &record::sequence);
  std::vector<record> result;
  for (; i != all.end() && result.size() < limit; ++i) {
    if (!from || i->from == *from)
      result.push_back(*i);
  }
  return result;
}

record_counts record_book::counts() const {
  std::lock_guard guard{mutex_};
  return counts_;
}

std::uint64_t record_book::count_of(ruling how, std::optional<provider> from) const {
  const auto& counts = how == ruling::accepted ? counts_.accepted : counts_.refused;
  if (from)
    return counts[static_cast<std::size_t>(*from)];
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

bool record_book::wait_for_count(ruling how, std::optional<provider> from, std::uint64_t count,
                                 clock::time_point deadline) const {
  std::unique_lock lock{mutex_};
  return added_.wait_until(lock, deadline, [&] { return count_of(how, from) >= count; });
}

std::optional<record> record_book::wait_for(ruling how, const predicate& wanted,
                                            clock::time_point deadline) const {
  std::unique_lock lock{mutex_};
  std::optional<record> found;
  std::uint64_t seen = 0;
  added_.wait_until(lock, deadline, [&] {
    const auto& all = entries(how);
    auto first = std::ranges::upper_bound(all, seen, {}, &record::sequence);
    auto i = std::find_if(first, all.end(), wanted);
    seen = counts_.newest;
    if (i != all.end())
      found = *i;
    return found.has_value();
  });
  return found;
}

void record_book::clear() {
  std::lock_guard guard{mutex_};
  accepted_.clear();
  refused_.clear();
  counts_ = {{}, {}, counts_.newest};
}

} // namespace tocsin::standin
