#include "tests/unit/storage/command_source.hpp"

#include "tests/unit/storage/storage_fixture.hpp"

#include <iterator>

namespace tocsin::storage {

namespace {

/// While there are this many deliveries no event is added, so that a long run costs no more per
/// step than a short one: the model looks at all of them with most commands.
constexpr size_t most_deliveries = 2000;

template <class Map>
auto pick(const Map& xs, uint32_t place) {
  return std::next(xs.begin(), static_cast<ptrdiff_t>(place % xs.size()));
}

} // namespace

command command_source::next(const storage_model& model) {
  now_ += std::chrono::milliseconds{below(20)};
  auto dice = below(100);
  if (dice < 30 && model.deliveries.size() < most_deliveries)
    return make_event(model);
  if (dice < 47 && !model.deliveries.empty())
    return make_move(model);
  if (dice < 72 && !model.deliveries.empty())
    return make_attempt(model);
  if (dice < 80)
    return make_channel(model);
  if (dice < 82)
    return remove_channel{any_channel(), any_revision()};
  if (dice < 88)
    return cancel_due{any_channel(), now_, 1 + below(5)};
  if (dice < 93)
    return make_recipient(model);
  if (dice < 95)
    return remove_recipient{any_recipient(), any_revision()};
  if (dice < 96)
    return make_preference(model);
  return make_rare(model);
}

/// Something about who may get in, or about the catalogue.
command command_source::make_rare(const storage_model& model) {
  switch (below(13)) {
  case 0: return remove_token{token_id{make_ulid(below(5))}};
  case 1: return note_token_use{token_id{make_ulid(below(5))}, now_};
  case 2: return put_password{{any_recipient().name, "salt", 2, 1, 1, "hash", now_}};
  case 3: return open_session{make_session()};
  case 4: return note_session_use{any_digest(), now_};
  case 5: return close_session{any_digest(), any_recipient()};
  case 6:
    return put_portal_link{
      {any_digest(), any_recipient().name, now_, now_ + std::chrono::seconds{1}}};
  case 7: return redeem_portal_link{any_digest(), make_session()};
  case 8: return make_event_type(model);
  case 9: return remove_event_type{any_event_type(), any_revision()};
  case 10: return remove_pause{};
  case 11:
    return put_pause{
      {now_, now_ + std::chrono::hours{below(200)}, std::string(below(502), 'r'), {}}};
  default: return put_token{make_token()};
  }
}

sha256_digest command_source::any_digest() {
  sha256_digest result;
  result.fill(static_cast<uint8_t>(below(6)));
  return result;
}

session command_source::make_session() {
  return {any_digest(), any_recipient(), now_, now_, now_ + std::chrono::hours{1}};
}

accept_event command_source::make_event(const storage_model&) {
  accept_event x;
  // Now and then an id that does not rise, or is taken.
  auto n = below(20) == 0 ? 1 + below(next_event_) : next_event_++;
  x.id = event_id{make_ulid(n * 4 + below(2))};
  x.accepted_at = now_;
  if (below(2) == 0)
    x.idempotency_key = any_key();
  if (below(4) == 0)
    x.value.id = below(2) == 0 ? x.idempotency_key : any_key();
  x.value.type = "type " + std::to_string(below(2));
  x.value.message = "message";
  x.value.service = std::string(below(2) * 3000, 's');
  x.value.timestamp = std::to_string(to_unix_ms(now_));
  for (auto i = below(6); i > 0; --i) {
    planned_delivery planned;
    planned.channel = any_channel();
    planned.recipient = any_recipient();
    planned.destination = std::string(below(3), 'd');
    if (below(5) == 0)
      planned.reason = suppression::quiet_hours;
    x.deliveries.push_back(planned);
  }
  if (below(3) == 0)
    x.unreached.push_back({any_recipient(), suppression::no_channel});
  return x;
}

record_attempt command_source::make_attempt(const storage_model& model) {
  auto& [delivery, attempts] = pick(model.deliveries, below(1 << 30))->second;
  record_attempt x;
  x.channel = below(50) == 0 ? any_channel() : delivery.channel;
  x.value.delivery = below(50) == 0 ? delivery_id{make_ulid(below(100))} : delivery.id;
  x.value.number = static_cast<uint16_t>(delivery.attempts + (below(10) == 0 ? below(4) : 1));
  x.value.started_at = now_;
  // The very same attempt again.
  if (!attempts.empty() && below(4) == 0) {
    x.value.number = attempts.rbegin()->first;
    x.value.started_at = attempts.rbegin()->second.started_at;
  }
  x.value.duration = std::chrono::milliseconds{below(100)};
  x.value.result.code = std::to_string(below(600));
  x.value.result.text = std::string(below(500), 't');
  x.value.result.kind = static_cast<outcome_class>(1 + below(6));
  x.counts = below(4) != 0;
  constexpr delivery_state nexts[]
    = {delivery_state::pending,     delivery_state::scheduled,   delivery_state::scheduled,
       delivery_state::delivered,   delivery_state::delivered,   delivery_state::delivered,
       delivery_state::dead_letter, delivery_state::dead_letter, delivery_state::cancelled};
  x.next = nexts[below(9)];
  x.due_at = now_ + std::chrono::milliseconds{below(1000)};
  x.interrupted = below(10) == 0;
  auto channel = model.channels.find(x.channel);
  if (below(10) == 0 && channel != model.channels.end())
    x.fault = channel_fault{channel->second.value.revision + below(2), "410 gone"};
  return x;
}

/// What moves deliveries without an attempt; mostly one that is in a state for it.
command command_source::make_move(const storage_model& model) {
  auto any = [&] { return pick(model.deliveries, below(1 << 30))->second.value; };
  auto first = any();
  std::vector<delivery_id> ids{first.id};
  for (auto n = below(3); n > 0; --n)
    if (auto more = any(); more.channel == first.channel || below(20) == 0)
      ids.push_back(more.id);
  if (below(50) == 0)
    first.id = delivery_id{make_ulid(below(100))};
  auto dice = below(100);
  if (first.state == delivery_state::attempting && dice < 60)
    return release_deliveries{first.channel, ids, now_};
  if (first.state == delivery_state::dead_letter && dice < 40)
    return discard_delivery{first.id, now_, below(10) == 0 ? "" : "not needed"};
  if (dice < (first.state == delivery_state::dead_letter ? 60u : 5u))
    return replay_delivery{first.id, now_ + std::chrono::milliseconds{below(100)}};
  if (dice < 60)
    return claim_deliveries{first.channel, ids, now_};
  if (dice < 80)
    return resend_delivery{first.id, now_ + std::chrono::milliseconds{below(100)}, below(3) == 0,
                           below(3) == 0};
  return cancel_delivery{first.id, now_, below(2) == 0 ? "" : "too late by now"};
}

put_channel command_source::make_channel(const storage_model& model) {
  put_channel x;
  x.value.id = any_channel();
  x.value.owner = any_recipient();
  auto found = model.channels.find(x.value.id);
  if (found != model.channels.end() && below(5) != 0) {
    x.value.owner = found->second.value.owner;
    x.expected_revision = found->second.value.revision + (below(10) == 0 ? 1 : 0);
  }
  x.value.name = below(20) == 0 ? "" : "name " + std::to_string(below(6));
  x.value.settings = "in clear";
  x.sealed_settings = std::string(below(200), 'z');
  x.value.updated_at = now_;
  x.value.enabled = below(8) != 0;
  if (below(2) == 0)
    x.value.delivery = {{}, std::chrono::seconds{1 + below(9)}, {}, ambiguous_policy::dead_letter};
  if (below(2) == 0)
    x.value.triggers["type 0"] = {below(2) == 0, {"a@b"}};
  return x;
}

put_recipient command_source::make_recipient(const storage_model& model) {
  put_recipient x;
  x.value.id = any_recipient();
  auto found = model.recipients.find(x.value.id);
  if (found != model.recipients.end() && below(5) != 0)
    x.expected_revision = found->second.revision + (below(10) == 0 ? 1 : 0);
  // Display names that may be ids of others.
  constexpr const char* names[] = {"", "a", "b", "c", "Name of a", "Name of b", "Another"};
  x.value.display_name = names[below(7)];
  x.value.services = {std::to_string(below(9))};
  x.value.portal_enabled = below(2) == 0;
  return x;
}

put_preference command_source::make_preference(const storage_model& model) {
  put_preference x;
  x.value.recipient = any_recipient();
  auto found = model.preferences.find(x.value.recipient);
  if (found != model.preferences.end() && below(5) != 0)
    x.expected_revision = found->second.revision;
  x.value.services.exclude = {std::to_string(below(9))};
  if (below(2) == 0)
    x.value.quiet = quiet_hours{};
  return x;
}

put_token command_source::make_token() {
  put_token x;
  x.value.id = token_id{make_ulid(below(5))};
  x.value.digest.fill(static_cast<uint8_t>(below(8)));
  x.value.created_at = now_;
  return x;
}

put_event_type command_source::make_event_type(const storage_model& model) {
  put_event_type x;
  x.value.name = any_event_type();
  auto found = model.event_types.find(x.value.name);
  if (found != model.event_types.end() && below(5) != 0)
    x.expected_revision = found->second.revision + (below(10) == 0 ? 1 : 0);
  x.value.title = std::string(below(100), 'T');
  x.value.managed_by = below(4) == 0 ? "panel" : "";
  x.value.updated_at = now_;
  return x;
}

std::string command_source::any_event_type() {
  constexpr const char* names[] = {"", "invoice.overdue", "backup.skipped", "x"};
  return names[below(4)];
}

recipient_id command_source::any_recipient() {
  constexpr const char* names[] = {"a", "b", "c"};
  return {below(2) == 0 ? recipient_kind::admin : recipient_kind::customer, names[below(3)]};
}

channel_id command_source::any_channel() {
  return channel_id{make_ulid(below(10), 200)};
}

std::optional<uint64_t> command_source::any_revision() {
  if (below(2) == 0)
    return std::nullopt;
  return 1 + below(3);
}

std::string command_source::any_key() {
  return "key " + std::to_string(below(3000));
}

} // namespace tocsin::storage
