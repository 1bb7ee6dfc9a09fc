#include "storage/commands/apply_steps.hpp"
#include "storage/commands/revision.hpp"
#include "storage/records/event_type_record.hpp"
#include "storage/repositories/event_type_repository.hpp"

#include <fmt/format.h>

namespace tocsin::storage {

namespace {

std::string what(std::string_view name) {
  return fmt::format("the event type {}", name);
}

failure no_such_type(std::string_view name) {
  return fail(errc::not_found, fmt::format("there is no custom event type {}", name));
}

} // namespace

expected<command_result> apply_step(write_transaction& tx, const put_event_type& x) {
  auto& name = x.value.name;
  if (!is_event_type_name(name))
    return fail(errc::invalid_argument, "the event type is not valid",
                {{"/type", "invalid", "1 to 64 of a-z 0-9 . _ -, beginning with a letter"}});
  auto stored = event_type_repository{tx}.find(name);
  if (!stored)
    return stored.error();
  if (x.expected_revision == 0 && *stored)
    return fail(errc::already_exists, what(name) + " exists already");
  if (x.expected_revision != 0 && !*stored)
    return no_such_type(name);
  if (*stored)
    if (auto ok = check_revision(what(name), (*stored)->revision, x.expected_revision); !ok)
      return ok.error();
  auto value = x.value;
  value.revision = x.expected_revision + 1;
  auto record = encode_custom_event_type(tx.scratch(), value);
  if (auto put = tx.put(database::event_types, name, record); !put)
    return put.error();
  return stored_as(value.revision);
}

expected<command_result> apply_step(write_transaction& tx, const remove_event_type& x) {
  auto stored = event_type_repository{tx}.find(x.name);
  if (!stored)
    return stored.error();
  if (!*stored)
    return no_such_type(x.name);
  if (x.expected_revision)
    if (auto ok = check_revision(what(x.name), (*stored)->revision, *x.expected_revision); !ok)
      return ok.error();
  if (auto erased = tx.erase(database::event_types, x.name); !erased)
    return erased.error();
  return result_of(0);
}

} // namespace tocsin::storage
