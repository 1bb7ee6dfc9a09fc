#include "client/spool_feed.hpp"

#include "link/wire.hpp"

namespace tocsin::client {

namespace {

/// Marks the numbers of entries; those of other questions count up from one.
constexpr uint64_t entry_mark = uint64_t{1} << 63;

/// What may be on its way at once; a node reads no further when 4 MiB wait there.
constexpr size_t max_bytes_under_way = 2 * 1024 * 1024;

/// A submission's payload begins with its number.
constexpr size_t number_bytes = sizeof(uint64_t);

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

expected<void> spool_feed::take_entries() {
  if (!is_behind() || bytes_under_way_ >= max_bytes_under_way)
    return {};
  auto entries = store_->read_after(last_taken_, max_bytes_under_way - bytes_under_way_);
  if (!entries)
    return entries.error();
  for (auto& x : *entries) {
    auto number = entry_mark | x.key;
    auto payload = link::to_wire(number) + x.payload;
    last_taken_ = x.key;
    bytes_under_way_ += payload.size();
    under_way_.add({number, link::frame_kind::submit, std::move(payload)}, window::clock::now());
  }
  return {};
}

void spool_feed::settle(uint64_t number) {
  auto x = under_way_.settle(number);
  if (!x)
    return;
  bytes_under_way_ -= x->payload.size();
  settled_.push_back(number & ~entry_mark);
}

expected<void> spool_feed::flush() {
  auto erased = store_->erase(settled_);
  if (erased)
    settled_.clear();
  return erased;
}

} // namespace tocsin::client
