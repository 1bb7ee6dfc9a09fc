#include "storage/repositories/dead_letter_repository.hpp"

#include "storage/records/dead_letter_record.hpp"
#include "storage/repositories/paging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

namespace tocsin::storage {

namespace {

constexpr timestamp first_instant{};

/// The first key that is beyond all of a channel's.
std::string beyond(const channel_id& x) {
  return std::string{as_key(x)} + std::string(dead_letter_key::size - sizeof(x.bytes) + 1, '\xff');
}

/// Walks over the dead letters that channel and instants of a filter let through. From one that
/// they rule out it jumps to the next that may pass.
class dead_letter_walk {
public:
  dead_letter_walk(cursor at, const dead_letter_filter& filter, dead_letter_order order)
    : at_(std::move(at)), filter_(filter), is_rising_(order == dead_letter_order::oldest_first) {}

  /// To the first one, or to the one after `last` where that is not empty. Every move tells whether
  /// there is one.
  expected<bool> begin(const std::string& last) {
    if (!last.empty())
      return settle(is_rising_ ? at_.seek(last + '\0') : at_.seek_before(last));
    if (!filter_.channel)
      return settle(is_rising_ ? at_.first() : at_.last());
    return settle(is_rising_ ? at_.seek(as_key(*filter_.channel))
                             : at_.seek_before(beyond(*filter_.channel)));
  }

  expected<bool> next() { return settle(is_rising_ ? at_.next() : at_.previous()); }

  const dead_letter_fields& fields() const { return fields_; }

private:
  /// Goes on to the first entry that can be read and may pass, from the one the cursor stands on.
  expected<bool> settle(expected<bool> found) {
    while (found && *found) {
      auto fields = decode_dead_letter(at_.key(), at_.value());
      if (!fields) {
        found = is_rising_ ? at_.next() : at_.previous();
        continue;
      }
      fields_ = *fields;
      if (filter_.channel && fields_.channel != *filter_.channel)
        return false;
      auto is_early = filter_.since && fields_.finished_at < *filter_.since;
      auto is_late = filter_.until && fields_.finished_at >= *filter_.until;
      if (!is_early && !is_late)
        return true;
      found = is_rising_ ? jump_up(is_late) : jump_down(is_early);
    }
    return found;
  }

  expected<bool> jump_up(bool is_late) {
    if (is_late)
      return at_.seek(beyond(fields_.channel));
    return at_.seek(dead_letter_key{fields_.channel, *filter_.since, {}});
  }

  expected<bool> jump_down(bool is_early) {
    if (is_early)
      return at_.seek_before(dead_letter_key{fields_.channel, first_instant, {}});
    return at_.seek_before(dead_letter_key{fields_.channel, *filter_.until, {}});
  }

  cursor at_;
  const dead_letter_filter& filter_;
  bool is_rising_;
  dead_letter_fields fields_;
};

/// Calls `visit` for each dead letter that passes the whole filter.
template <class Visit>
expected<void> for_each(const transaction& tx, const dead_letter_filter& filter, Visit visit) {
  auto at = tx.open_cursor(database::dead_letters);
  if (!at)
    return at.error();
  dead_letter_walk walk{std::move(*at), filter, dead_letter_order::oldest_first};
  auto found = walk.begin({});
  for (; found && *found; found = walk.next())
    if (!filter.code || *filter.code == walk.fields().code)
      visit(walk.fields());
  if (!found)
    return found.error();
  return {};
}

/// A cursor of the list: channel, milliseconds and delivery of the last entry that was looked at.
std::string to_cursor(const channel_id& channel, timestamp finished_at, const delivery_id& x) {
  return fmt::format("{}.{}.{}", to_string(channel), to_unix_ms(finished_at), to_string(x));
}

/// The key that a cursor stands for; empty on the first page. Errors: invalid_argument.
expected<std::string> read_cursor(std::string_view text) {
  if (text.empty())
    return std::string{};
  auto first = text.find('.');
  auto last = text.rfind('.');
  if (first == last)
    return bad_cursor();
  auto channel = channel_id::parse(text.substr(0, first));
  auto delivery = delivery_id::parse(text.substr(last + 1));
  auto number = text.substr(first + 1, last - first - 1);
  uint64_t ms = 0;
  auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), ms);
  if (!channel || !delivery || error != std::errc{} || end != number.data() + number.size())
    return bad_cursor();
  dead_letter_key key{*channel, from_unix_ms(static_cast<int64_t>(ms)), *delivery};
  return std::string{byte_view{key}};
}

} // namespace

std::string cursor_after(const dead_letter& x) {
  return to_cursor(x.channel, x.finished_at, x.delivery);
}

expected<page<dead_letter>> dead_letter_repository::list(const dead_letter_filter& filter,
                                                         dead_letter_order order,
                                                         const page_request& request,
                                                         uint32_t max_scanned) const {
  auto last = read_cursor(request.cursor);
  if (!last)
    return last.error();
  auto at = tx_.open_cursor(database::dead_letters);
  if (!at)
    return at.error();
  dead_letter_walk walk{std::move(*at), filter, order};
  page<dead_letter> result;
  auto limit = page_limit(request);
  std::string last_seen;
  uint32_t scanned = 0;
  auto found = walk.begin(*last);
  for (; found && *found; found = walk.next()) {
    if (result.entries.size() == limit || scanned >= std::max(max_scanned, 1u)) {
      result.next_cursor = std::move(last_seen);
      break;
    }
    ++scanned;
    auto& x = walk.fields();
    last_seen = to_cursor(x.channel, x.finished_at, x.delivery);
    if (!filter.code || *filter.code == x.code)
      result.entries.push_back({x.delivery, x.channel, x.finished_at, std::string{x.code}});
  }
  if (!found)
    return found.error();
  return result;
}

expected<std::vector<dead_letter_group>>
dead_letter_repository::groups(const dead_letter_filter& filter) const {
  std::vector<dead_letter_group> result;
  // The index is in the order of channels: only the groups of one are looked up.
  std::map<std::string, dead_letter_group, std::less<>> of_channel;
  auto finish_channel = [&] {
    for (auto& [code, group] : of_channel)
      result.push_back(std::move(group));
    of_channel.clear();
  };
  auto walked = for_each(tx_, filter, [&](const dead_letter_fields& x) {
    if (!of_channel.empty() && of_channel.begin()->second.channel != x.channel)
      finish_channel();
    auto group = of_channel.find(x.code);
    if (group == of_channel.end())
      group = of_channel
                .emplace(std::string{x.code},
                         dead_letter_group{x.channel, std::string{x.code}, 0, x.finished_at, {}})
                .first;
    ++group->second.count;
    group->second.last_at = x.finished_at;
  });
  if (!walked)
    return walked.error();
  finish_channel();
  return result;
}

} // namespace tocsin::storage
