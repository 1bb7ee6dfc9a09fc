#include "actors/registry/event_type_registry.hpp"

#include "actors/shared/metered.hpp"
#include "messages/event_catalogue.hpp"
#include "messages/own_event.hpp"
#include "messages/text.hpp"
#include "storage/repositories/event_type_repository.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin {

namespace {

std::vector<field_error> examine(const custom_event_type& x) {
  std::vector<field_error> faults;
  if (!is_event_type_name(x.name))
    faults.push_back({"/type", "invalid",
                      fmt::format("'type' takes 1 to {} of a-z 0-9 . _ - and begins with a letter",
                                  max_event_type_bytes)});
  else if (is_own_event(x.name) || x.name == test_event_type)
    faults.push_back({"/type", "reserved",
                      fmt::format("'{}' and what begins with '{}' belong to the service itself",
                                  test_event_type, own_event_prefix)});
  if (is_blank(x.title))
    faults.push_back({"/title", "required", "'title' must not be empty"});
  if (x.title.size() > max_event_title_bytes)
    faults.push_back(
      {"/title", "too_long", fmt::format("'title' takes up to {} bytes", max_event_title_bytes)});
  return faults;
}

/// Whether the type is built in, so that nobody changes it.
bool is_fixed(std::string_view name) {
  auto* known = find_event_type(name);
  return known != nullptr && !known->is_custom();
}

size_t count_custom_types() {
  auto all = event_catalogue();
  return static_cast<size_t>(
    std::count_if(all.begin(), all.end(), [](auto& x) { return x.is_custom(); }));
}

failure fixed_type(std::string_view name) {
  return fail(errc::conflict, fmt::format("'{}' is built in and cannot be changed", name));
}

} // namespace

expected<void> publish_stored_event_types(const storage::environment& storage) {
  auto tx = storage.read_published();
  if (!tx)
    return tx.error();
  auto all = storage::event_type_repository{*tx}.all();
  if (!all)
    return all.error();
  publish_custom_event_types(*all);
  return {};
}

template <class Answer, class Conclude>
caf::result<Answer> event_type_registry_state::change_catalogue(apply_command change,
                                                                Conclude conclude) {
  auto promise = self->make_response_promise<Answer>();
  self->request(options.ledger, caf::infinite, std::move(change))
    .then(
      [promise, storage = options.storage,
       conclude = std::move(conclude)](const command_result& stored) mutable {
        // It is stored in any case: whoever cannot read it now does so at the next start.
        auto published = publish_stored_event_types(*storage);
        if (published)
          promise.deliver(conclude(stored));
        else
          promise.deliver(to_error(published.error()));
      },
      [promise](caf::error& fault) mutable { promise.deliver(std::move(fault)); });
  return promise;
}

caf::result<custom_event_type> event_type_registry_state::on_save_event_type(save_event_type& msg) {
  auto x = std::move(msg.value);
  x.title = clean_line(std::move(x.title));
  auto faults = examine(x);
  if (x.revision == 0 && faults.empty() && count_custom_types() >= max_custom_event_types)
    faults.push_back(
      {"/type", "too_many",
       fmt::format("there are {} types of your own already", max_custom_event_types)});
  if (!faults.empty())
    return to_error(fail(errc::invalid_argument, "the event type is not valid", std::move(faults)));
  if (is_fixed(x.name))
    return to_error(
      fail(errc::already_exists, fmt::format("the event type '{}' is built in", x.name)));
  auto expected_revision = x.revision;
  x.updated_at = options.now();
  if (expected_revision == 0)
    x.created_at = x.updated_at;
  x.managed_by = manager_after(x.managed_by, msg.by);
  apply_command change{put_event_type{x, expected_revision}, {}, std::move(msg.by)};
  return change_catalogue<custom_event_type>(std::move(change),
                                             [x](const command_result& stored) mutable {
                                               x.revision = stored.revision;
                                               return x;
                                             });
}

caf::result<custom_event_type>
event_type_registry_state::on_find_event_type(const find_custom_event_type& msg) {
  return to_result(load(msg.name));
}

caf::result<removed> event_type_registry_state::on_discard_event_type(discard_event_type& msg) {
  if (is_fixed(msg.name))
    return to_error(fixed_type(msg.name));
  apply_command change{
    remove_event_type{std::move(msg.name), msg.expected_revision}, {}, std::move(msg.by)};
  return change_catalogue<removed>(std::move(change),
                                   [](const command_result&) { return removed{}; });
}

expected<custom_event_type> event_type_registry_state::load(const std::string& name) const {
  if (is_fixed(name))
    return fixed_type(name);
  auto tx = options.storage->read_published();
  if (!tx)
    return tx.error();
  auto found = storage::event_type_repository{*tx}.find(name);
  if (!found)
    return found.error();
  if (!*found)
    return fail(errc::not_found, fmt::format("there is no event type '{}'", name));
  return std::move(**found);
}

event_type_registry_actor::behavior_type
event_type_registry(event_type_registry_actor::stateful_pointer<event_type_registry_state> self,
                    const registry_options& options) {
  using state = event_type_registry_state;
  self->state.self = self;
  self->state.options = options;
  self->state.gauge = actor_gauge{*options.board, state::name};
  return {
    metered(self, &state::on_save_event_type),
    metered(self, &state::on_find_event_type),
    metered(self, &state::on_discard_event_type),
  };
}

} // namespace tocsin
