#include "tests/unit/http/fake_backend.hpp"

#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <set>

namespace tocsin::http {

namespace {

using world_ptr = std::shared_ptr<fake_world>;

token_id a_token() {
  return *token_id::parse(known_token);
}

events_accepted accept_all(const submit_events& msg) {
  events_accepted result;
  for (size_t i = 0; i < msg.events.size(); ++i)
    result.receipts.push_back({"event-" + std::to_string(i), 2, msg.events[i].id == "again"});
  return result;
}

struct held_submissions {
  std::vector<std::pair<caf::typed_response_promise<events_accepted>, submit_events>> held;
};

fake_ingress_actor::behavior_type
fake_ingress(fake_ingress_actor::stateful_pointer<held_submissions> self, world_ptr world) {
  return {
    [=](const submit_events& msg) -> caf::result<events_accepted> {
      std::lock_guard lock{world->guard};
      world->submitted.push_back(msg);
      world->was_submitted.notify_all();
      if (world->mode == fake_world::ingress_mode::refuse)
        return to_error(world->refusal);
      if (world->mode == fake_world::ingress_mode::accept)
        return accept_all(msg);
      auto promise = self->make_response_promise<events_accepted>();
      self->state.held.emplace_back(promise, msg);
      return promise;
    },
    [=](release_held) {
      for (auto& [promise, msg] : self->state.held)
        promise.deliver(accept_all(msg));
      self->state.held.clear();
    },
  };
}

channel_view view_of(const channel& x) {
  channel_view result{x, {}, "somewhere"};
  if (x.type == channel_type::slack)
    result.secrets.push_back({"webhook_url", "a1b2"});
  return result;
}

caf::result<channel_view> store(fake_world& world, channel x, const channel_draft& draft) {
  for (auto& [id, other] : world.channels)
    if (id != x.id && other.owner == draft.owner && other.name == draft.name)
      return to_error(fail(errc::already_exists, "the name is taken"));
  x.owner = draft.owner;
  x.name = draft.name;
  x.type = draft.type;
  x.enabled = draft.enabled;
  x.triggers = draft.triggers;
  x.filters = draft.filters;
  x.delivery = draft.delivery;
  ++x.revision;
  world.settings_patches.push_back(draft.settings);
  world.channels[x.id] = x;
  return view_of(x);
}

test_report tested(fake_world& world, const std::string& type) {
  world.tested_types.push_back(type);
  return {{outcome_class::dead_endpoint, attempt_stage::accepted, {}, "404 no_service", "gone"},
          std::chrono::milliseconds{81},
          "Make a new webhook.",
          request_view{"POST", "https://x/[redacted]", "", {{"A", "b"}}, "{}", ""}};
}

channel_preview previewed(const std::string& type) {
  return {type, {"MAIL", "smtp://mx:587", "starttls", {{"Subject", "S"}}, "text", "<p>text</p>"}};
}

/// One page after another; the cursor is the number of entries before it.
template <class T>
page<T> cut(const std::vector<T>& all, const page_request& request) {
  size_t from = request.cursor.empty() ? 0 : std::stoul(request.cursor);
  auto until = std::min(all.size(), from + request.limit);
  page<T> result{
    {all.begin() + static_cast<ptrdiff_t>(from), all.begin() + static_cast<ptrdiff_t>(until)}, {}};
  if (until < all.size())
    result.next_cursor = std::to_string(until);
  return result;
}

channel_registry_actor::behavior_type fake_channels(world_ptr world) {
  auto missing = [] { return to_error(fail(errc::not_found, "there is no such channel")); };
  return {
    [=](const create_channel& msg) -> caf::result<channel_view> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      channel x;
      x.id = channel_id{channel_id{}.plus(static_cast<uint32_t>(world->channels.size()) + 100)};
      return store(*world, x, msg.draft);
    },
    [=](const find_channel& msg) -> caf::result<channel_view> {
      std::lock_guard lock{world->guard};
      auto found = world->channels.find(msg.id);
      if (found == world->channels.end())
        return missing();
      return view_of(found->second);
    },
    [=](const list_channels& msg) -> caf::result<page<channel_view>> {
      std::lock_guard lock{world->guard};
      std::vector<channel_view> all;
      for (auto& [id, x] : world->channels)
        if (!msg.owner || *msg.owner == x.owner)
          all.push_back(view_of(x));
      return cut(all, msg.page);
    },
    [=](const replace_channel& msg) -> caf::result<channel_view> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      if (world->before_replace)
        world->before_replace(*world);
      auto found = world->channels.find(msg.id);
      if (found == world->channels.end())
        return missing();
      if (found->second.revision != msg.expected_revision)
        return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      return store(*world, found->second, msg.draft);
    },
    [=](const compare_channel& msg) -> caf::result<channel_comparison> {
      std::lock_guard lock{world->guard};
      auto found = world->channels.find(msg.id);
      if (found == world->channels.end())
        return missing();
      world->settings_patches.push_back(msg.draft.settings);
      if (msg.draft.enabled == found->second.enabled)
        return channel_comparison{};
      return channel_comparison{{"/enabled"}};
    },
    [=](const replace_triggers& msg) -> caf::result<triggers_replaced> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      if (world->before_replace)
        world->before_replace(*world);
      for (auto& row : msg.rows)
        if (world->channels[row.id].revision != row.expected_revision)
          return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      triggers_replaced result;
      for (auto& row : msg.rows) {
        auto& x = world->channels[row.id];
        x.triggers = row.triggers;
        ++x.revision;
        result.channels.push_back(view_of(x));
      }
      return result;
    },
    [=](const discard_channel& msg) -> caf::result<removed> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      auto found = world->channels.find(msg.id);
      if (found == world->channels.end())
        return missing();
      if (msg.expected_revision && *msg.expected_revision != found->second.revision)
        return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      world->channels.erase(found);
      return removed{};
    },
    [=](const test_channel& msg) -> caf::result<test_report> {
      std::lock_guard lock{world->guard};
      if (!world->channels.contains(msg.id))
        return missing();
      return tested(*world, msg.event_type);
    },
    [=](const test_channel_draft& msg) -> caf::result<test_report> {
      std::lock_guard lock{world->guard};
      return tested(*world, msg.event_type);
    },
    [=](const preview_channel& msg) -> caf::result<channel_preview> {
      std::lock_guard lock{world->guard};
      if (!world->channels.contains(msg.id))
        return missing();
      return previewed(msg.event_type);
    },
    [=](const preview_channel_draft& msg) -> caf::result<channel_preview> {
      return previewed(msg.event_type);
    },
    [=](const rotate_secret& msg) -> caf::result<secret_rotated> {
      std::lock_guard lock{world->guard};
      world->rotations.push_back(msg);
      world->authors.push_back(msg.by);
      if (!world->channels.contains(msg.id))
        return missing();
      if (msg.grace.count() == 0)
        return secret_rotated{"whsec_x", {}, 5};
      return secret_rotated{"whsec_x", timestamp{std::chrono::seconds{1774794600}}, 5};
    },
  };
}

recipient_registry_actor::behavior_type fake_recipients(world_ptr world) {
  auto missing = [] { return to_error(fail(errc::not_found, "there is no such recipient")); };
  return {
    [=](const save_recipient& msg) -> caf::result<recipient> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      auto found = world->recipients.find(msg.value.id);
      if (msg.value.revision == 0 && found != world->recipients.end())
        return to_error(fail(errc::already_exists, "the name is taken"));
      if (msg.value.revision != 0 && found->second.revision != msg.value.revision)
        return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      auto x = msg.value;
      ++x.revision;
      world->recipients[x.id] = x;
      return x;
    },
    [=](const find_recipient& msg) -> caf::result<recipient> {
      std::lock_guard lock{world->guard};
      auto found = world->recipients.find(msg.id);
      if (found == world->recipients.end())
        return missing();
      return found->second;
    },
    [=](const list_recipients& msg) -> caf::result<page<recipient>> {
      std::lock_guard lock{world->guard};
      std::vector<recipient> all;
      for (auto& [id, x] : world->recipients)
        if (id.kind == msg.kind)
          all.push_back(x);
      return cut(all, msg.page);
    },
    [=](const discard_recipient& msg) -> caf::result<removed> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      auto found = world->recipients.find(msg.id);
      if (found == world->recipients.end())
        return missing();
      if (msg.expected_revision && *msg.expected_revision != found->second.revision)
        return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      world->recipients.erase(found);
      return removed{};
    },
    [=](const save_preference& msg) -> caf::result<preference> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      auto& stored = world->preferences[msg.value.recipient];
      if (stored.revision != msg.value.revision)
        return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      stored = msg.value;
      ++stored.revision;
      return stored;
    },
    [=](const find_preference& msg) -> caf::result<preference> {
      std::lock_guard lock{world->guard};
      if (!world->recipients.contains(msg.recipient))
        return missing();
      auto found = world->preferences.find(msg.recipient);
      preference none;
      none.recipient = msg.recipient;
      return found == world->preferences.end() ? none : found->second;
    },
  };
}

accepted_event an_event() {
  accepted_event result;
  result.id = *event_id::parse("01ARZ3NDEKTSV4RRFFQ69G5FA0");
  result.value.type = "deploy.failure";
  result.value.message = "no";
  result.value.details = R"({"cost":1.10})";
  result.deliveries = 1;
  result.unreached.push_back({{recipient_kind::customer, "acme"}, suppression::no_channel});
  return result;
}

delivery_view a_delivery() {
  delivery_view result;
  result.value.id = *delivery_id::parse(known_delivery);
  result.value.event = an_event().id;
  result.value.recipient = {recipient_kind::admin, "admin"};
  result.value.state = delivery_state::scheduled;
  result.value.due_at = from_unix_ms(1000);
  result.value.attempts = 1;
  result.carried = an_event().value;
  result.attempts.push_back({result.value.id,
                             1,
                             from_unix_ms(0),
                             std::chrono::milliseconds{12},
                             {outcome_class::retry, attempt_stage::connect, {}, "", "refused"}});
  return result;
}

event_type_registry_actor::behavior_type fake_event_types(world_ptr world) {
  auto missing = [] { return to_error(fail(errc::not_found, "there is no such event type")); };
  return {
    [=](const save_event_type& msg) -> caf::result<custom_event_type> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      auto& stored = world->event_types[msg.value.name];
      if (stored.revision != msg.value.revision)
        return to_error(
          fail(msg.value.revision == 0 ? errc::already_exists : errc::revision_mismatch,
               "somebody else was faster"));
      stored = msg.value;
      ++stored.revision;
      return stored;
    },
    [=](const find_custom_event_type& msg) -> caf::result<custom_event_type> {
      std::lock_guard lock{world->guard};
      auto found = world->event_types.find(msg.name);
      if (found == world->event_types.end())
        return missing();
      return found->second;
    },
    [=](const discard_event_type& msg) -> caf::result<removed> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      auto found = world->event_types.find(msg.name);
      if (found == world->event_types.end())
        return missing();
      if (msg.expected_revision && *msg.expected_revision != found->second.revision)
        return to_error(fail(errc::revision_mismatch, "somebody else was faster"));
      world->event_types.erase(found);
      return removed{};
    },
  };
}

delivery_log_actor::behavior_type fake_deliveries(world_ptr world) {
  return {
    [=](const find_event& msg) -> caf::result<event_view> {
      if (msg.id != to_string(an_event().id))
        return to_error(fail(errc::not_found, "there is no such event"));
      return event_view{an_event(), {a_delivery().value}};
    },
    [=](const list_events& msg) -> caf::result<page<accepted_event>> {
      std::lock_guard lock{world->guard};
      world->event_lists.push_back(msg);
      if (msg.page.cursor == "broken")
        return to_error(fail(errc::invalid_argument, "the cursor cannot be read"));
      return page<accepted_event>{{an_event()}, "next"};
    },
    [=](const find_delivery& msg) -> caf::result<delivery_view> {
      std::lock_guard lock{world->guard};
      world->delivery_lookups.push_back(msg);
      if (msg.id != a_delivery().value.id)
        return to_error(fail(errc::not_found, "there is no such delivery"));
      return a_delivery();
    },
    [=](const list_deliveries& msg) -> caf::result<page<delivery_view>> {
      std::lock_guard lock{world->guard};
      world->delivery_lists.push_back(msg);
      return page<delivery_view>{{a_delivery()}, {}};
    },
    [=](const summarise_deliveries& msg) -> caf::result<delivery_summary> {
      std::lock_guard lock{world->guard};
      world->summaries.push_back(msg);
      return delivery_summary{
        msg.span,
        {{from_unix_ms(0), {1, 2, 3, 4, 5, 6}}, {from_unix_ms(3'600'000), {10, 0, 0, 0, 0, 0}}}};
    },
  };
}

struct held_readers {
  std::vector<std::pair<caf::typed_response_promise<deliveries_moved>, uint64_t>> held;
  std::set<uint64_t> gone;
};

deliveries_moved flood_behind(const feed_position& after) {
  deliveries_moved result{false, {}, after};
  for (int i = 0; i < 64; ++i) {
    auto moved = a_delivery();
    moved.carried.message = std::string(4000, 'x');
    result.moves.push_back({++result.position.number, std::move(moved)});
  }
  return result;
}

delivery_feed_actor::behavior_type
fake_feed(delivery_feed_actor::stateful_pointer<held_readers> self, world_ptr world) {
  return {
    [=](const follow_deliveries& msg) -> caf::result<deliveries_moved> {
      std::lock_guard lock{world->guard};
      world->follows.push_back(msg);
      if (self->state.gone.contains(msg.reader))
        return deliveries_moved{};
      if (!msg.after)
        return deliveries_moved{false, {}, {known_run(), 7}};
      if (msg.after->run != known_run())
        return deliveries_moved{true, {}, {known_run(), 8}};
      if (world->is_flooding)
        return flood_behind(*msg.after);
      if (msg.after->number == 7) {
        auto moved = a_delivery();
        moved.attempts.clear();
        return deliveries_moved{false, {{8, std::move(moved)}}, {known_run(), 8}};
      }
      auto promise = self->make_response_promise<deliveries_moved>();
      self->state.held.emplace_back(promise, msg.reader);
      return promise;
    },
    [=](const stop_following& msg) {
      std::lock_guard lock{world->guard};
      world->readers_gone.push_back(msg.reader);
      self->state.gone.insert(msg.reader);
      for (auto& [promise, reader] : self->state.held)
        if (reader == msg.reader)
          promise.deliver(deliveries_moved{});
      std::erase_if(self->state.held, [&msg](auto& x) { return x.second == msg.reader; });
    },
    [](const moves_noted&) {},
    [](const look_for_readers&) {},
  };
}

event_explainer_actor::behavior_type fake_explainer(world_ptr world) {
  return {
    [=](const explain_event& msg) -> caf::result<event_explanation> {
      std::lock_guard lock{world->guard};
      world->questions.push_back(msg);
      if (msg.value.type == "unheard.of")
        return to_error(fail(errc::unknown_event_type, "the event is not valid"));
      return world->explanation;
    },
  };
}

delivery_control_actor::behavior_type fake_control(world_ptr world) {
  auto missing = [] { return to_error(fail(errc::not_found, "there is no such delivery")); };
  return {
    [=](const send_again& msg) -> caf::result<delivery_changed> {
      std::lock_guard lock{world->guard};
      world->resends.push_back(msg);
      world->authors.push_back(msg.by);
      if (msg.id != a_delivery().value.id)
        return missing();
      return delivery_changed{true, a_delivery()};
    },
    [=](const withdraw_delivery& msg) -> caf::result<delivery_changed> {
      std::lock_guard lock{world->guard};
      world->withdrawals.push_back(msg);
      world->authors.push_back(msg.by);
      return to_error(fail(errc::in_flight, "the delivery is being sent"));
    },
    [=](const preview_delivery& msg) -> caf::result<channel_preview> {
      std::lock_guard lock{world->guard};
      world->delivery_previews.push_back(msg);
      if (msg.id != a_delivery().value.id)
        return missing();
      return previewed("deploy.failure");
    },
    [=](const find_pause&) -> caf::result<pause_state> {
      std::lock_guard lock{world->guard};
      return pause_state{world->pause};
    },
    [=](const pause_deliveries& msg) -> caf::result<pause_state> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      world->pause = delivery_pause{from_unix_ms(0), msg.until, msg.reason, msg.by};
      return pause_state{world->pause};
    },
    [=](const resume_deliveries& msg) -> caf::result<pause_state> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      world->pause.reset();
      return pause_state{};
    },
  };
}

dead_letters_actor::behavior_type fake_dead_letters(world_ptr world) {
  return {
    [=](const list_dead_letters& msg) -> caf::result<page<dead_letter_view>> {
      std::lock_guard lock{world->guard};
      world->dead_letter_lists.push_back(msg);
      return page<dead_letter_view>{{{a_delivery(), true}}, "next"};
    },
    [=](const group_dead_letters& msg) -> caf::result<page<dead_letter_summary>> {
      std::lock_guard lock{world->guard};
      world->dead_letter_groupings.push_back(msg);
      dead_letter_summary x{{}, "404", 7, from_unix_ms(0), from_unix_ms(1000), {}, "no"};
      x.sample = a_delivery().value.id;
      return page<dead_letter_summary>{{x}, ""};
    },
    [=](const replay_chosen& msg) -> caf::result<dead_letters_done> {
      std::lock_guard lock{world->guard};
      world->replays.push_back(msg);
      world->authors.push_back(msg.by);
      return world->done;
    },
    [=](const discard_chosen& msg) -> caf::result<dead_letters_done> {
      std::lock_guard lock{world->guard};
      world->discards.push_back(msg);
      world->authors.push_back(msg.by);
      return world->done;
    },
  };
}

token_registry_actor::behavior_type fake_tokens(world_ptr world) {
  auto missing = [] { return to_error(fail(errc::not_found, "there is no such token")); };
  return {
    [=](const find_token& msg) -> caf::result<token> {
      std::lock_guard lock{world->guard};
      ++world->token_lookups;
      for (auto& [text, scopes] : world->tokens)
        if (sha256(text) == msg.digest) {
          token result{{}, "a token", msg.digest, scopes, {}};
          if (auto found = world->expiries.find(text); found != world->expiries.end())
            result.expires_at = found->second;
          return result;
        }
      return to_error(fail(errc::unauthorized, "the token is not known"));
    },
    [=](const create_token& msg) -> caf::result<token_created> {
      std::lock_guard lock{world->guard};
      world->wanted_tokens.push_back(msg);
      world->authors.push_back(msg.by);
      return token_created{{a_token(), msg.name, {}, msg.scopes, {}, msg.expires_at}, "tocsin_new"};
    },
    [=](const show_token& msg) -> caf::result<token> {
      if (msg.id != a_token())
        return missing();
      return token{msg.id, "ci", {}, 3, from_unix_ms(0), std::nullopt, from_unix_ms(1000)};
    },
    [=](const list_tokens&) -> caf::result<page<token>> {
      return page<token>{{{a_token(), "ci", {}, 3, from_unix_ms(0)}}, {}};
    },
    [=](const revoke_token& msg) -> caf::result<removed> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      if (msg.id != a_token())
        return missing();
      return removed{};
    },
  };
}

audit_log_actor::behavior_type fake_audit(world_ptr world) {
  return {
    [=](const list_audit_entries& msg) -> caf::result<page<audit_entry>> {
      std::lock_guard lock{world->guard};
      world->audit_lists.push_back(msg);
      audit_entry entry;
      entry.by = {author_kind::token, "01A", "panel", "req-1"};
      entry.action = "customer.create";
      entry.object = "customer/acme";
      entry.after = R"({"display_name":"Acme"})";
      return page<audit_entry>{{entry}, {}};
    },
  };
}

session_opened opened_for(recipient_id who) {
  auto now = system_wall_clock()();
  return {{sha256("new"), std::move(who), now, now, now + session_age_limit}, "new"};
}

session_registry_actor::behavior_type fake_sessions(world_ptr world) {
  return {
    [=](const find_session& msg) -> caf::result<session> {
      std::lock_guard lock{world->guard};
      for (auto& [text, who] : world->sessions)
        if (sha256(text) == msg.digest) {
          auto result = opened_for(who).value;
          result.digest = msg.digest;
          return result;
        }
      return to_error(fail(errc::unauthorized, "the session is not known"));
    },
    [=](const end_session& msg) -> caf::result<removed> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      std::erase_if(world->sessions, [&](auto& x) { return sha256(x.first) == msg.digest; });
      return removed{};
    },
    [=](const create_portal_link& msg) -> caf::result<portal_link_created> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      return portal_link_created{{{}, msg.customer, {}, from_unix_ms(0)}, "the-code"};
    },
    [=](const enter_portal& msg) -> caf::result<session_opened> {
      if (msg.code != "the-code")
        return to_error(fail(errc::not_found, "the link is not known, used up or expired"));
      return opened_for({recipient_kind::customer, "acme"});
    },
  };
}

sign_in_desk_actor::behavior_type fake_sign_in(world_ptr world) {
  return {
    [=](const sign_in& msg) -> caf::result<sign_in_result> {
      std::lock_guard lock{world->guard};
      world->sign_ins.push_back(msg);
      if (world->sign_in_wait.count() > 0)
        return sign_in_result{world->sign_in_wait, {}};
      if (msg.password != "correct horse")
        return to_error(fail(errc::unauthorized, "the name or the password is wrong"));
      return sign_in_result{{}, opened_for({recipient_kind::admin, msg.admin})};
    },
    [=](const set_password& msg) -> caf::result<password_set> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      return password_set{};
    },
  };
}

stats_actor::behavior_type fake_stats() {
  return {
    [](const collect_stats&) {
      using namespace std::chrono_literals;
      node_stats result{"0.1.0",
                        7,
                        {{"tocsin.ingress", 1, 2, 3, 4, 5}},
                        {{"01A", "ops", "slack"}},
                        {{"own", "one", "sha256:0f", "2026-04-03T10:00:00Z", 0}}};
      result.storage = {10, 20, 30, 7, 3, 50, 13, {{"events", 4}, {"deliveries", 5}}, {}, {}};
      result.storage.last_hour = growth_stats{from_unix_ms(0), -2, -48};
      result.retention = {1h, 2h, 9};
      author by{author_kind::admin, "ops", "", ""};
      result.pause = delivery_pause{from_unix_ms(1000), from_unix_ms(2000), "", by};
      return result;
    },
  };
}

} // namespace

ulid known_run() {
  return *parse_ulid("01ARZ3NDEKTSV4RRFFQ69G5RVN");
}

fake_backend::fake_backend(caf::actor_system& system) : ingress(system.spawn(fake_ingress, world)) {
  world->tokens = {{"all", every_scope}, {"sender", 1}, {"reader", 2}, {"writer", 4}, {"seer", 18}};
  recipient admin;
  admin.id = {recipient_kind::admin, "admin"};
  admin.display_name = "Admin";
  admin.revision = 1;
  world->recipients[admin.id] = admin;
  actors.ingress = ingress;
  actors.explainer = system.spawn(fake_explainer, world);
  actors.channels = system.spawn(fake_channels, world);
  actors.recipients = system.spawn(fake_recipients, world);
  actors.event_types = system.spawn(fake_event_types, world);
  actors.deliveries = system.spawn(fake_deliveries, world);
  actors.feed = system.spawn(fake_feed, world);
  actors.control = system.spawn(fake_control, world);
  actors.dead_letters = system.spawn(fake_dead_letters, world);
  actors.tokens = system.spawn(fake_tokens, world);
  actors.audit = system.spawn(fake_audit, world);
  actors.sessions = system.spawn(fake_sessions, world);
  actors.sign_in = system.spawn(fake_sign_in, world);
  actors.stats = system.spawn(fake_stats);
}

// What ingress and the feed hold refers to them, so they would never end by themselves.
fake_backend::~fake_backend() {
  caf::anon_send_exit(ingress, caf::exit_reason::kill);
  caf::anon_send_exit(actors.feed, caf::exit_reason::kill);
}

bool fake_world::wait_for_submissions(size_t count) {
  std::unique_lock lock{guard};
  return was_submitted.wait_for(lock, std::chrono::seconds{20},
                                [this, count] { return submitted.size() >= count; });
}

channel_id add_channel(fake_world& world, const std::string& name, channel_type type,
                       std::string settings) {
  std::lock_guard lock{world.guard};
  channel x;
  x.id = channel_id{channel_id{}.plus(static_cast<uint32_t>(world.channels.size()) + 1)};
  x.owner = {recipient_kind::admin, "admin"};
  x.name = name;
  x.type = type;
  x.settings = std::move(settings);
  x.revision = 1;
  world.channels[x.id] = x;
  return x.id;
}

} // namespace tocsin::http
