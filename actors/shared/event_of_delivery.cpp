#include "actors/shared/event_of_delivery.hpp"

#include "storage/repositories/event_repository.hpp"

#include <fmt/format.h>

namespace tocsin {

expected<accepted_event> read_event_of(const storage::transaction& tx, const delivery& x) {
  auto found = storage::event_repository{tx}.find(x.event);
  if (!found)
    return found.error();
  if (!*found)
    return fail(errc::storage_corrupt,
                fmt::format("no event for the delivery {}", to_string(x.id)));
  return std::move(**found);
}

} // namespace tocsin
