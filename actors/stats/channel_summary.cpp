#include "actors/stats/channel_summary.hpp"

#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/due_repository.hpp"

#include <iterator>
#include <map>
#include <utility>

namespace tocsin {

namespace {

constexpr channel_type every_type[]
  = {channel_type::email, channel_type::slack, channel_type::discord, channel_type::telegram,
     channel_type::webhook};

using meter_map = std::map<channel_id, std::shared_ptr<channel_meter>>;

std::vector<channel_type_metrics> types_of(std::map<channel_type, channel_totals> totals) {
  std::vector<channel_type_metrics> result;
  for (auto type : every_type) {
    auto& x = totals[type];
    std::vector<uint64_t> none(std::size(all_channel_conditions));
    result.push_back({type, std::move(none), x.attempts, x.latency.metrics(), x.in_flight});
  }
  return result;
}

expected<channel_metrics> metrics_of(const storage::transaction& tx, const channel& x,
                                     const channel_meter* meter) {
  auto pending = storage::due_repository{tx}.count_pending(x.id);
  if (!pending)
    return pending.error();
  channel_metrics result{x.id, x.owner, x.name, x.type, condition_of(x, meter), {}, *pending};
  if (meter != nullptr)
    result.attempts = {meter->sent, meter->retried, meter->failed};
  return result;
}

} // namespace

channel_condition condition_of(const channel& x, const channel_meter* meter) {
  if (!x.enabled)
    return x.disabled_reason.empty() ? channel_condition::disabled
                                     : channel_condition::disabled_by_service;
  if (meter != nullptr && meter->parked)
    return channel_condition::parked;
  if (meter != nullptr && meter->breaker != policy::breaker_state::closed)
    return channel_condition::failing;
  return channel_condition::active;
}

expected<void> summarise_channels(node_metrics& out, const storage::transaction& tx,
                                  meter_board& board, bool each_channel) {
  auto stored = storage::channel_repository{tx}.all();
  if (!stored)
    return stored.error();
  auto all = board.channels();
  meter_map meters{std::make_move_iterator(all.begin()), std::make_move_iterator(all.end())};
  out.types = types_of(board.totals());
  for (auto& [value, sealed] : *stored) {
    auto found = meters.find(value.id);
    auto meter = found != meters.end() ? found->second.get() : nullptr;
    auto condition = condition_of(value, meter);
    for (auto& type : out.types)
      if (type.type == value.type)
        ++type.by_condition[static_cast<size_t>(condition) - 1];
    if (!each_channel)
      continue;
    auto one = metrics_of(tx, value, meter);
    if (!one)
      return one.error();
    out.channels.push_back(std::move(*one));
  }
  return {};
}

} // namespace tocsin
