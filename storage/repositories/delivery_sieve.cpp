#include "storage/repositories/delivery_sieve.hpp"

#include "storage/engine/codec.hpp"
#include "storage/records/event_record.hpp"
#include "storage/repositories/last_attempt.hpp"

#include <algorithm>
#include <string_view>

namespace tocsin::storage {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool contains(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return lower(a) == lower(b); })
         != text.end();
}

bool matches(const event& x, const delivery_filter& filter) {
  if (!filter.event_type.empty() && x.type != filter.event_type)
    return false;
  if (!filter.service.empty() && x.service != filter.service)
    return false;
  auto& names = filter.customers;
  if (!names.empty() && std::find(names.begin(), names.end(), x.customer) == names.end())
    return false;
  return filter.text.empty() || contains(x.message, filter.text)
         || contains(x.service, filter.text);
}

} // namespace

delivery_sieve::delivery_sieve(const transaction& tx, const delivery_filter& filter)
  : tx_(tx),
    filter_(filter),
    asks_for_event_(!filter.event_type.empty() || !filter.service.empty()
                    || !filter.customers.empty() || !filter.text.empty()) {}

expected<bool> delivery_sieve::passes(const delivery_id& id, const delivery_head& x) {
  if (filter_.channel && *filter_.channel != x.channel)
    return false;
  if (filter_.state && *filter_.state != x.state)
    return false;
  if (asks_for_event_ && event_ != x.event)
    if (auto read = read_event(x.event); !read)
      return read.error();
  if (asks_for_event_ && !is_wanted_)
    return false;
  return has_wanted_outcome(id, x);
}

expected<void> delivery_sieve::read_event(const event_id& id) {
  auto value = tx_.find(database::events, as_key(id));
  if (!value)
    return value.error();
  if (!*value)
    return corrupt(database::events, as_key(id), "is missing though it has deliveries");
  auto record = decode_event(as_key(id), **value);
  if (!record)
    return record.error();
  event_ = id;
  is_wanted_ = matches(record->value.value, filter_);
  return {};
}

expected<bool> delivery_sieve::has_wanted_outcome(const delivery_id& id,
                                                  const delivery_head& x) const {
  if (!filter_.outcome && filter_.code.empty())
    return true;
  auto found = last_attempt(tx_, id, x.last_number);
  if (!found)
    return found.error();
  if (!*found)
    return false;
  auto& last = (*found)->result;
  if (filter_.outcome && *filter_.outcome != last.kind)
    return false;
  return filter_.code.empty() || has_code(last.code, filter_.code);
}

} // namespace tocsin::storage
