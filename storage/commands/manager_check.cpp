#include "storage/commands/manager_check.hpp"

#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/event_type_repository.hpp"
#include "storage/repositories/recipient_repository.hpp"

#include <fmt/format.h>

#include <variant>

namespace tocsin::storage {

namespace {

/// What a command is about to change, as far as somebody may manage it.
struct managed_object {
  std::string name;
  std::string managed_by;
};

/// Nothing for what cannot be managed and for what is not stored.
using found_object = expected<std::optional<managed_object>>;

struct object_table {
  const transaction& tx;

  template <class Command>
  found_object operator()(const Command&) const {
    return std::optional<managed_object>{};
  }
  found_object operator()(const put_channel& x) const { return channel(x.value.id); }
  found_object operator()(const remove_channel& x) const { return channel(x.id); }
  found_object operator()(const put_recipient& x) const { return recipient(x.value.id); }
  found_object operator()(const remove_recipient& x) const { return recipient(x.id); }
  found_object operator()(const put_preference& x) const {
    auto found = recipient_repository{tx}.find_preference(x.value.recipient);
    if (!found)
      return found.error();
    return object_of(*found, "the preference of " + to_string(x.value.recipient));
  }

  found_object operator()(const put_event_type& x) const { return event_type(x.value.name); }
  found_object operator()(const remove_event_type& x) const { return event_type(x.name); }

private:
  template <class T>
  static found_object object_of(const std::optional<T>& found, std::string name) {
    if (!found)
      return std::optional<managed_object>{};
    return std::optional{managed_object{std::move(name), found->managed_by}};
  }

  found_object channel(const channel_id& id) const {
    auto found = channel_repository{tx}.find(id);
    if (!found)
      return found.error();
    if (!*found)
      return std::optional<managed_object>{};
    auto& x = (*found)->value;
    return object_of(std::optional{x},
                     fmt::format("the channel '{}' of {}", x.name, to_string(x.owner)));
  }

  found_object recipient(const recipient_id& id) const {
    auto found = recipient_repository{tx}.find(id);
    if (!found)
      return found.error();
    return object_of(*found, to_string(id));
  }

  found_object event_type(const std::string& name) const {
    auto found = event_type_repository{tx}.find(name);
    if (!found)
      return found.error();
    return object_of(*found, fmt::format("the event type '{}'", name));
  }
};

} // namespace

expected<void> check_manager(const transaction& tx, const command& x, const author& by) {
  if (by.kind == author_kind::service)
    return {};
  auto found = std::visit(object_table{tx}, x);
  if (!found)
    return found.error();
  auto& object = *found;
  if (!object || object->managed_by.empty() || object->managed_by == by.manager)
    return {};
  return fail(errc::managed, fmt::format("{} is managed by the file '{}': change it there",
                                         object->name, object->managed_by));
}

} // namespace tocsin::storage
