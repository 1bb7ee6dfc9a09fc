#include "actors/delivery/attempt_judge.hpp"

#include <exception>
#include <functional>
#include <optional>
#include <utility>

namespace tocsin {

namespace {

/// The number of what follows `count` others, as attempts that counted; it stays at its highest.
uint16_t number_after(uint16_t count) {
  return count == UINT16_MAX ? count : static_cast<uint16_t>(count + 1);
}

} // namespace

attempt_judge::attempt_judge(const channel& config, const policy::retry_schedule& schedule,
                             std::shared_ptr<const channels::adapter> adapter)
  : id_(config.id),
    revision_(config.revision),
    schedule_(schedule),
    adapter_(std::move(adapter)),
    jitter_(static_cast<std::minstd_rand::result_type>(std::hash<channel_id>{}(config.id))) {}

channels::verdict attempt_judge::classify(const channels::wire_reply& reply,
                                          const delivery_id& id) const {
  try {
    return adapter_->classify(reply, number_after(memory_.find(id).refusals));
  } catch (const std::exception& fault) {
    return {{outcome_class::ambiguous, reply.stage, std::nullopt, "classify", fault.what()}};
  }
}

record_attempt attempt_judge::judge(const sending& x, channels::verdict result, uint16_t throttles,
                                    timestamp ended_at, std::chrono::milliseconds duration) {
  auto number = number_after(x.delivery.attempts);
  auto notes = memory_.find(x.delivery.id);
  auto goes_plain
    = result.cure == channels::remedy::send_plain && !std::exchange(notes.goes_plain, true);
  if (goes_plain)
    result.kind = outcome_class::retry;
  if (result.is_doubted)
    notes.refusals = number_after(notes.refusals);
  auto jitter = std::uniform_real_distribution{}(jitter_);
  auto next = policy::decide(result, schedule_, {number, throttles}, x.delivery.owed_since,
                             ended_at, jitter);
  if (goes_plain && number <= prompt_attempts && next.state == delivery_state::scheduled)
    next.due_at = ended_at;
  if (next.state == delivery_state::scheduled)
    memory_.keep(x.delivery.id, notes);
  else
    memory_.forget(x.delivery.id);
  std::optional<channel_fault> fault;
  if (next.disables_channel)
    fault = {revision_, result.code.empty() ? result.text : result.code + ": " + result.text};
  return {.value = {x.delivery.id, number, ended_at - duration, duration, std::move(result)},
          .channel = id_,
          .next = next.state,
          .due_at = next.due_at,
          .counts = next.counts,
          .fault = std::move(fault)};
}

/// Nothing was sent, so that the worker counts no attempt. Notes of the delivery stay, as they
/// would still be true were it replayed.
record_attempt attempt_judge::expire(const due_delivery& x, timestamp now) const {
  outcome expired{outcome_class::rejected, attempt_stage::render, std::nullopt, "expired",
                  "too old to be sent when its turn came"};
  return {.value = {.delivery = x.id,
                    .number = number_after(x.attempts),
                    .started_at = now,
                    .result = std::move(expired)},
          .channel = id_,
          .next = delivery_state::dead_letter,
          .counts = false};
}

} // namespace tocsin
