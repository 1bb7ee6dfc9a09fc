#pragma once

#include "app/cli/config/new_types.hpp"
#include "app/cli/config/plan.hpp"

#include <optional>

namespace tocsin::cli {

/// The step that makes a channel of the file, after the service has looked at it without storing
/// it, but for what is about `new_types`; nothing where that found faults, which are added to
/// `faults`. Errors: as `session::call`.
outcome<std::optional<plan_step>> plan_new_channel(session& on, const planned_file& file,
                                                   const object_key& key,
                                                   const event_type_names& new_types,
                                                   config_faults& faults);

/// The step that changes a stored channel into that of the file; nothing where nothing differs or
/// it has faults. Secrets are compared by the service. Errors: as `session::call`.
outcome<std::optional<plan_step>> plan_channel_change(session& on, const planned_file& file,
                                                      const object_key& key,
                                                      const stored_object& stored,
                                                      const event_type_names& new_types,
                                                      config_faults& faults);

/// The header lines of a request on behalf of the file.
std::vector<std::string> manager_headers(const std::string& manager);
/// The same with the revision that must be stored.
std::vector<std::string> manager_headers(const std::string& manager, uint64_t revision);

} // namespace tocsin::cli
