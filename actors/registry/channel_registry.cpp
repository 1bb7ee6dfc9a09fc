#include "actors/registry/channel_registry.hpp"

#include "actors/registry/channel_draft.hpp"
#include "actors/registry/sample_event.hpp"
#include "actors/registry/secret_rotation.hpp"
#include "actors/shared/apply_change.hpp"
#include "actors/shared/metered.hpp"
#include "channels/secret_settings.hpp"
#include "messages/json_pointer.hpp"
#include "messages/merge_patch.hpp"
#include "messages/object_limits.hpp"

#include <fmt/format.h>

namespace tocsin {

namespace {

channel_view view_of(channel x) {
  auto shown = channels::redact(x.type, x.settings);
  x.settings = std::move(shown.settings);
  return {std::move(x), std::move(shown.secrets), std::move(shown.target)};
}

failure no_such_channel(const channel_id& id) {
  return fail(errc::not_found, fmt::format("there is no channel {}", to_string(id)));
}

/// Addresses of single triggers are tried on a sample, as it is the adapter that knows them; not
/// those that are stored already, nor more than there may be.
void examine_destinations(const channel& x, const channel& before, const channels::adapter& adapter,
                          timestamp now, std::vector<field_error>& faults) {
  for (auto& [type, choice] : x.triggers) {
    if (choice.to.size() > max_trigger_addresses || has_trigger(before, type, choice))
      continue;
    auto sample = sample_event(type, now);
    for (size_t i = 0; i < choice.to.size(); ++i) {
      auto request = adapter.render({delivery_id{sample.id}, sample, choice.to[i], now});
      if (!request)
        faults.push_back({fmt::format("{}/to/{}", extend_pointer("/triggers", type), i),
                          "wrong_format", request.error().detail});
    }
  }
}

} // namespace

caf::result<channel_view> channel_registry_state::on_create_channel(create_channel& msg) {
  auto now = options.now();
  channel fresh;
  fresh.id = channel_id{ids.next(now)};
  fresh.created_at = now;
  fresh.settings = "{}";
  auto x = put_over(fresh, std::move(msg.draft));
  if (!x)
    return to_error(x.error());
  return store(std::move(*x), fresh, {}, 0, std::move(msg.by));
}

caf::result<channel_view> channel_registry_state::on_find_channel(const find_channel& msg) {
  auto found = load(msg.id);
  if (!found)
    return to_error(found.error());
  return view_of(std::move(*found));
}

caf::result<page<channel_view>> channel_registry_state::on_list_channels(const list_channels& msg) {
  auto tx = options.channels->environment().read_published();
  if (!tx)
    return to_error(tx.error());
  auto listed = storage::channel_repository{*tx}.list(msg.owner, msg.page);
  if (!listed)
    return to_error(listed.error());
  page<channel_view> result;
  result.next_cursor = std::move(listed->next_cursor);
  for (auto& x : listed->entries) {
    // One whose secrets cannot be opened is shown without settings, so that it can be removed.
    auto bare = x.value;
    auto opened = options.channels->open(std::move(x));
    result.entries.push_back(view_of(opened ? std::move(*opened) : std::move(bare)));
  }
  return result;
}

caf::result<channel_view> channel_registry_state::on_replace_channel(replace_channel& msg) {
  auto found = load(msg.id);
  if (!found)
    return to_error(found.error());
  auto patch = msg.draft.settings;
  auto x = put_over(*found, std::move(msg.draft));
  if (!x)
    return to_error(x.error());
  return store(std::move(*x), *found, patch, msg.expected_revision, std::move(msg.by));
}

caf::result<channel_comparison> channel_registry_state::on_compare_channel(compare_channel& msg) {
  auto before = load(msg.id);
  if (!before)
    return to_error(before.error());
  auto patch = msg.draft.settings;
  auto after = put_over(*before, std::move(msg.draft));
  if (!after)
    return to_error(after.error());
  if (auto checked = check(*after, *before, patch); !checked)
    return to_error(checked.error());
  return channel_comparison{differences(*before, *after)};
}

caf::result<triggers_replaced> channel_registry_state::on_replace_triggers(replace_triggers& msg) {
  triggers_replaced result;
  store_channels change;
  change.by = msg.by;
  for (auto& row : msg.rows) {
    auto x = with_triggers(row);
    if (!x)
      return to_error(x.error());
    auto sealed = sealed_change(*x, x->settings, row.expected_revision, msg.by);
    if (!sealed)
      return to_error(sealed.error());
    change.channels.push_back(std::get<put_channel>(std::move(sealed->value)));
    result.channels.push_back(view_of(std::move(*x)));
  }
  auto promise = self->make_response_promise<triggers_replaced>();
  self->request(options.ledger, caf::infinite, std::move(change))
    .then(
      [promise, result = std::move(result)](const channels_stored& stored) mutable {
        for (size_t i = 0; i < result.channels.size(); ++i)
          result.channels[i].value.revision = stored.revisions[i];
        promise.deliver(std::move(result));
      },
      [promise](caf::error& fault) mutable { promise.deliver(std::move(fault)); });
  return promise;
}

caf::result<removed> channel_registry_state::on_discard_channel(const discard_channel& msg) {
  auto owner = owner_of(msg.id);
  if (!owner)
    return to_error(owner.error());
  apply_command change;
  change.value = remove_channel{msg.id, msg.expected_revision};
  change.notice = configuration_changed{*owner, msg.id, true};
  change.by = msg.by;
  return apply_change<removed>(self, options.ledger, std::move(change),
                               [](const command_result&) { return removed{}; });
}

caf::result<secret_rotated> channel_registry_state::on_rotate_secret(rotate_secret& msg) {
  auto found = load(msg.id);
  if (!found)
    return to_error(found.error());
  auto x = *found;
  auto rotated = replace_secret(x, msg, options.now());
  if (!rotated)
    return to_error(rotated.error());
  if (auto checked = check(x, *found); !checked) {
    auto refusal = checked.error();
    for (auto& fault : refusal.fields)
      if (fault.pointer == "/settings/secret")
        fault.pointer = "/secret";
    return to_error(std::move(refusal));
  }
  auto change = sealed_change(x, found->settings, msg.expected_revision.value_or(x.revision),
                              std::move(msg.by));
  if (!change)
    return to_error(change.error());
  return apply_change<secret_rotated>(self, options.ledger, std::move(*change),
                                      [made = *rotated](const command_result& stored) mutable {
                                        made.revision = stored.revision;
                                        return made;
                                      });
}

/// The stored channel with the triggers that `row` wants, checked. Faults point into the matrix.
expected<channel> channel_registry_state::with_triggers(channel_triggers& row) const {
  auto before = load(row.id);
  if (!before)
    return before;
  auto x = *before;
  x.triggers = std::move(row.triggers);
  auto checked = check(x, *before);
  if (checked)
    return x;
  auto refusal = checked.error();
  auto pointer = fmt::format("/channels/{}", row.place);
  for (auto& fault : refusal.fields)
    // That its settings have become wrong is no fault of the matrix, so nothing in there is named.
    fault.pointer = fault.pointer.starts_with("/triggers") ? pointer + fault.pointer : pointer;
  return refusal;
}

/// Reads the owner without opening the secrets, which need not be possible any more.
expected<recipient_id> channel_registry_state::owner_of(const channel_id& id) const {
  auto found = options.channels->load_sealed(id);
  if (!found)
    return found.error();
  if (!*found)
    return no_such_channel(id);
  return std::move((*found)->value.owner);
}

expected<channel> channel_registry_state::load(const channel_id& id) const {
  auto found = options.channels->load(id);
  if (!found)
    return found.error();
  if (!*found)
    return no_such_channel(id);
  return std::move(**found);
}

/// Finds all faults at once: those of the settings and all others, but for those of `before`, as it
/// is stored, that a removed event type has made of what was right. `patch` is what led from the
/// settings of `before` to those of `x`.
expected<std::unique_ptr<channels::adapter>>
channel_registry_state::check(const channel& x, const channel& before,
                              std::string_view patch) const {
  auto faults = examine(x, before, options.retries);
  for (auto& place : channels::secrets_to_enter(x.type, before.settings, patch, x.settings))
    faults.push_back({"/settings" + place, "required",
                      "is stored for another server; type it again or remove it"});
  auto adapter = options.channels->make_adapter(x);
  if (adapter) {
    examine_destinations(x, before, **adapter, options.now(), faults);
  } else {
    auto refusal = adapter.error();
    faults.insert(faults.end(), refusal.fields.begin(), refusal.fields.end());
  }
  if (!faults.empty())
    return fail(errc::invalid_argument, "the channel is not valid", std::move(faults));
  return adapter;
}

/// The command that stores `x`, whose time of change is set.
expected<apply_command> channel_registry_state::sealed_change(channel& x,
                                                              const std::string& settings_before,
                                                              uint64_t expected_revision,
                                                              author by) const {
  auto sealed = options.channels->seal(x);
  if (!sealed)
    return sealed.error();
  x.updated_at = options.now();
  x.managed_by = manager_after(x.managed_by, by);
  put_channel change{x, std::move(*sealed), expected_revision,
                     changed_members(settings_before, x.settings)};
  change.value.settings.clear();
  return apply_command{std::move(change), configuration_changed{x.owner, x.id, false},
                       std::move(by)};
}

caf::result<channel_view> channel_registry_state::store(channel x, const channel& before,
                                                        std::string_view patch,
                                                        uint64_t expected_revision, author by) {
  if (auto checked = check(x, before, patch); !checked)
    return to_error(checked.error());
  auto change = sealed_change(x, before.settings, expected_revision, std::move(by));
  if (!change)
    return to_error(change.error());
  return apply_change<channel_view>(self, options.ledger, std::move(*change),
                                    [x](const command_result& stored) mutable {
                                      x.revision = stored.revision;
                                      return view_of(std::move(x));
                                    });
}

channel_registry_actor::behavior_type
channel_registry(channel_registry_actor::stateful_pointer<channel_registry_state> self,
                 const channel_registry_options& options) {
  using state = channel_registry_state;
  self->state.self = self;
  self->state.options = options;
  self->state.gauge = actor_gauge{*options.board, state::name};
  self->set_down_handler([self](const caf::down_msg& x) { self->state.on_tester_down(x); });
  return {
    metered(self, &state::on_create_channel),        metered(self, &state::on_find_channel),
    metered(self, &state::on_list_channels),         metered(self, &state::on_replace_channel),
    metered(self, &state::on_compare_channel),       metered(self, &state::on_replace_triggers),
    metered(self, &state::on_discard_channel),       metered(self, &state::on_test_channel),
    metered(self, &state::on_test_channel_draft),    metered(self, &state::on_preview_channel),
    metered(self, &state::on_preview_channel_draft), metered(self, &state::on_rotate_secret),
  };
}

} // namespace tocsin
