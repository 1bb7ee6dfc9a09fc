#include "client/spool_feed.hpp"

#include "link/wire.hpp"
#include "messages/event_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tocsin::client {

namespace {

/// Marks the numbers of entries; those of other questions count up from one.
constexpr uint64_t entry_mark = uint64_t{1} << 63;

/// What may be on its way at once; a node reads no further when 4 MiB wait there.
constexpr size_t max_bytes_under_way = 2 * 1024 * 1024;

/// How many entries go from the disk at a time. LMDB copies the pages that a transaction changes,
/// so this is to fit into the room that its map has beside what is stored.
constexpr size_t erased_at_once = 256;

/// A submission's payload begins with its number.
constexpr size_t number_bytes = sizeof(uint64_t);

/// What an entry holds; of one that cannot be read to its end, the events before that.
struct reading {
  submit_events value;
  bool is_whole = false;
};

reading read(std::string_view payload) {
  reading result;
  auto& events = result.value.events;
  link::wire_reader reader{payload};
  uint32_t count = 0;
  reader(count);
  // One by one, as a list may not be as long: whoever sent the events is to have all of them back.
  for (uint32_t i = 0; i < count && reader.is_good(); ++i)
    reader(events.emplace_back());
  if (!reader.is_good() && !events.empty())
    events.pop_back();
  reader(result.value.idempotency_key);
  result.is_whole = reader.is_finished();
  return result;
}

/// Why a gate would refuse the entry or even throw out whoever sends it, if it would: older clients
/// put such entries into their spools.
std::optional<failure> find_fault(std::string_view payload, const reading& x) {
  if (!x.is_whole)
    return fail(errc::invalid_argument, "the events in the spool cannot be read");
  if (number_bytes + payload.size() > link::max_payload_bytes)
    return fail(errc::invalid_argument, "the submission is larger than a frame may be");
  auto count = x.value.events.size();
  if (count == 0 || count > max_events_per_request)
    return fail(errc::invalid_argument, fmt::format("a submission holds 1 to {} events, not {}",
                                                    max_events_per_request, count));
  return std::nullopt;
}

} // namespace

bool spool_feed::is_number_of_entry(uint64_t number) {
  return (number & entry_mark) != 0;
}

expected<size_t> spool_feed::put(const std::vector<window::entry>& submissions) {
  std::vector<std::string_view> payloads;
  payloads.reserve(submissions.size());
  for (auto& x : submissions)
    payloads.push_back(std::string_view{x.value.payload}.substr(number_bytes));
  return store_->append(payloads);
}

/// What is told of the disk: a fault with which its pause begins, and nothing more until it is
/// over.
expected<void> spool_feed::tell_once(feed_pause& pause, expected<void> done) {
  if (done)
    pause.end();
  else if (!pause.begin(now_()))
    return {};
  return done;
}

/// Whether the disk may be tried, as it is well or has had a pause.
bool spool_feed::may_use(const feed_pause& pause) const {
  return !pause.is_on() || pause.has_passed(now_());
}

size_t spool_feed::room() const {
  return max_bytes_under_way - std::min(bytes_under_way_, max_bytes_under_way);
}

/// What has rested comes last, so that entries that are always refused do not delay all others.
expected<void> spool_feed::take_entries() {
  if (!may_use(read_pause_))
    return {};
  auto taken = take_new();
  if (taken)
    taken = take_rested();
  return tell_once(read_pause_, std::move(taken));
}

expected<void> spool_feed::take_new() {
  if (!has_more() || room() == 0 || resting_.is_full())
    return {};
  auto entries = store_->read_after(last_taken_, room());
  if (!entries)
    return entries.error();
  for (const auto& x : *entries) {
    last_taken_ = x.key;
    auto content = read(x.payload);
    if (auto fault = find_fault(x.payload, content)) {
      tell_refused(content.value, *fault);
      settled_.push_back(x.key);
    } else {
      take(x);
    }
  }
  return {};
}

expected<void> spool_feed::take_rested() {
  auto now = now_();
  while (room() != 0) {
    auto key = resting_.take_rested(now);
    if (!key)
      break;
    // It is on the disk, so it is the first one found.
    auto found = store_->read_after(*key - 1, 0);
    if (!found) {
      resting_.add(*key, now);
      return found.error();
    }
    take(found->front());
  }
  return {};
}

void spool_feed::take(const spool::entry& x) {
  auto number = entry_mark | x.key;
  auto payload = link::to_wire(number) + x.payload;
  bytes_under_way_ += payload.size();
  under_way_.put_back({{number, link::frame_kind::submit, std::move(payload)}, now_()});
}

void spool_feed::repeat_all() {
  under_way_.repeat_all();
  resting_.end_all();
  pause_.cut_short();
}

bool spool_feed::rest(uint64_t number) {
  auto x = under_way_.settle(number);
  if (!x)
    return false;
  bytes_under_way_ -= x->payload.size();
  return resting_.add(number & ~entry_mark, now_());
}

bool spool_feed::hold(uint64_t number) {
  under_way_.repeat(number);
  return pause_.begin(now_());
}

void spool_feed::accept(uint64_t number) {
  pause_.end();
  settle(number);
}

void spool_feed::settle(uint64_t number) {
  auto x = under_way_.settle(number);
  if (!x)
    return;
  bytes_under_way_ -= x->payload.size();
  auto key = number & ~entry_mark;
  resting_.forget(key);
  settled_.push_back(key);
}

void spool_feed::refuse(uint64_t number, const failure& why) {
  if (auto* x = under_way_.find(number))
    tell_refused(read(std::string_view{x->payload}.substr(number_bytes)).value, why);
  settle(number);
}

void spool_feed::tell_refused(const submit_events& what, const failure& why) const {
  try {
    on_refused_(what, why);
  } catch (...) {
    // It is told, not asked: the others go on whatever becomes of the words.
  }
}

expected<void> spool_feed::flush() {
  if (!may_use(erase_pause_))
    return {};
  auto erased = expected<void>{};
  while (erased && !settled_.empty()) {
    auto first = settled_.end() - std::min<ptrdiff_t>(erased_at_once, std::ssize(settled_));
    erased = store_->erase({first, settled_.end()});
    if (erased)
      settled_.erase(first, settled_.end());
  }
  return tell_once(erase_pause_, std::move(erased));
}

} // namespace tocsin::client
