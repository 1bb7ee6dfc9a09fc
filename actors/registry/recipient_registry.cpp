#include "actors/registry/recipient_registry.hpp"

#include "actors/shared/apply_change.hpp"
#include "actors/shared/metered.hpp"
#include "messages/event_catalogue.hpp"
#include "messages/field_errors.hpp"
#include "messages/object_limits.hpp"
#include "messages/text.hpp"
#include "storage/repositories/recipient_repository.hpp"

#include <fmt/format.h>

namespace tocsin {

namespace {

constexpr size_t max_service_bytes = 200;
constexpr size_t max_services = 10'000;
constexpr size_t max_selection_entries = 1000;

std::vector<field_error> examine(const recipient& x) {
  std::vector<field_error> faults;
  if (x.display_name.size() > max_display_name_bytes)
    faults.push_back({"/display_name", "too_long",
                      fmt::format("'display_name' takes up to {} bytes", max_display_name_bytes)});
  if (x.services.size() > max_services)
    faults.push_back(
      {"/services", "too_many", fmt::format("a customer has at most {} services", max_services)});
  for (size_t i = 0; i < x.services.size() && !is_full(faults); ++i)
    if (x.services[i].empty() || x.services[i].size() > max_service_bytes)
      faults.push_back({fmt::format("/services/{}", i), "wrong_length",
                        fmt::format("a service's name has 1 to {} bytes", max_service_bytes)});
  return faults;
}

std::vector<field_error> examine(const preference& x) {
  std::vector<field_error> faults;
  auto check = [&faults](const std::vector<std::string>& types, std::string_view list) {
    for (size_t i = 0; i < types.size() && !is_full(faults); ++i)
      if (!find_event_type(types[i]))
        faults.push_back({fmt::format("/event_types/{}/{}", list, i), "unknown_event_type",
                          fmt::format("'{}' is not a known event type", types[i])});
  };
  auto bound = [&faults](const selection& lists, std::string_view key) {
    if (lists.include.size() > max_selection_entries
        || lists.exclude.size() > max_selection_entries)
      faults.push_back({fmt::format("/{}", key), "too_many",
                        fmt::format("at most {} names fit into a list", max_selection_entries)});
  };
  bound(x.customers, "customers");
  bound(x.services, "services");
  bound(x.event_types, "event_types");
  check(x.event_types.include, "include");
  check(x.event_types.exclude, "exclude");
  return faults;
}

failure no_such(const recipient_id& id) {
  return fail(errc::not_found, fmt::format("there is no {}", to_string(id)));
}

} // namespace

caf::result<recipient> recipient_registry_state::on_save_recipient(save_recipient& msg) {
  auto x = std::move(msg.value);
  x.display_name = clean_line(std::move(x.display_name));
  if (x.display_name.empty())
    x.display_name = x.id.name;
  for (auto& service : x.services)
    service = clean_line(std::move(service));
  if (auto faults = examine(x); !faults.empty())
    return to_error(fail(errc::invalid_argument, "the recipient is not valid", std::move(faults)));
  auto expected_revision = x.revision;
  x.managed_by = manager_after(x.managed_by, msg.by);
  x.updated_at = options.now();
  if (expected_revision == 0)
    x.created_at = x.updated_at;
  apply_command change{put_recipient{x, expected_revision}, configuration_changed{x.id, {}, false},
                       std::move(msg.by)};
  return apply_change<recipient>(self, options.ledger, std::move(change),
                                 [x, epoch = options.epoch](const command_result& stored) mutable {
                                   // Its portal may have been closed.
                                   ++*epoch;
                                   x.revision = stored.revision;
                                   return x;
                                 });
}

caf::result<recipient> recipient_registry_state::on_find_recipient(const find_recipient& msg) {
  return to_result(load(msg.id));
}

caf::result<page<recipient>>
recipient_registry_state::on_list_recipients(const list_recipients& msg) {
  auto tx = options.storage->read_published();
  if (!tx)
    return to_error(tx.error());
  return to_result(storage::recipient_repository{*tx}.list(msg.kind, msg.page));
}

caf::result<removed> recipient_registry_state::on_discard_recipient(const discard_recipient& msg) {
  apply_command change;
  change.value = remove_recipient{msg.id, msg.expected_revision};
  change.notice = configuration_changed{msg.id, {}, true};
  change.by = msg.by;
  return apply_change<removed>(self, options.ledger, std::move(change),
                               [epoch = options.epoch](const command_result&) {
                                 ++*epoch;
                                 return removed{};
                               });
}

caf::result<preference> recipient_registry_state::on_save_preference(save_preference& msg) {
  auto x = std::move(msg.value);
  if (auto faults = examine(x); !faults.empty())
    return to_error(fail(errc::invalid_argument, "the preference is not valid", std::move(faults)));
  x.managed_by = manager_after(x.managed_by, msg.by);
  apply_command change{put_preference{x, x.revision}, configuration_changed{x.recipient, {}, false},
                       std::move(msg.by)};
  return apply_change<preference>(self, options.ledger, std::move(change),
                                  [x](const command_result& stored) mutable {
                                    x.revision = stored.revision;
                                    return x;
                                  });
}

caf::result<preference> recipient_registry_state::on_find_preference(const find_preference& msg) {
  if (auto owner = load(msg.recipient); !owner)
    return to_error(owner.error());
  auto tx = options.storage->read_published();
  if (!tx)
    return to_error(tx.error());
  auto found = storage::recipient_repository{*tx}.find_preference(msg.recipient);
  if (!found)
    return to_error(found.error());
  preference never_saved;
  never_saved.recipient = msg.recipient;
  return std::move(*found).value_or(std::move(never_saved));
}

expected<recipient> recipient_registry_state::load(const recipient_id& id) const {
  auto tx = options.storage->read_published();
  if (!tx)
    return tx.error();
  auto found = storage::recipient_repository{*tx}.find(id);
  if (!found)
    return found.error();
  if (!*found)
    return no_such(id);
  return std::move(**found);
}

recipient_registry_actor::behavior_type
recipient_registry(recipient_registry_actor::stateful_pointer<recipient_registry_state> self,
                   const registry_options& options) {
  using state = recipient_registry_state;
  self->state.self = self;
  self->state.options = options;
  self->state.gauge = actor_gauge{*options.board, state::name};
  return {
    metered(self, &state::on_save_recipient),  metered(self, &state::on_find_recipient),
    metered(self, &state::on_list_recipients), metered(self, &state::on_discard_recipient),
    metered(self, &state::on_save_preference), metered(self, &state::on_find_preference),
  };
}

} // namespace tocsin
