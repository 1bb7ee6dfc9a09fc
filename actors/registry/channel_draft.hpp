#pragma once

#include "messages/channel.hpp"
#include "messages/failure.hpp"
#include "messages/protocol/channel_registry.hpp"
#include "policy/retry_schedule.hpp"

#include <string_view>
#include <vector>

namespace tocsin {

/// Puts what a person set over `base`, which is empty for a new channel. The settings are merged.
/// Errors: invalid_argument with a field error where the settings are no JSON object.
expected<channel> put_over(channel base, channel_draft draft);

/// Merges `patch`, a JSON Merge Patch, into the settings of `base`, which are empty for a new
/// channel. Errors: invalid_argument with a field error where the settings are no JSON object.
expected<channel> put_settings_over(channel base, std::string_view patch);

/// The faults of a channel that do not depend on its type: of its name, its triggers, its filters,
/// its retries and the event types of its templates, by their pointers into the API's channel
/// object. `service` bounds the retries of customers' channels. `before` is the channel as it is
/// stored, or an empty one. What stays as it was there is not judged again: its event type may have
/// been removed, or the settings of the service changed since.
std::vector<field_error> examine(const channel& x, const channel& before,
                                 const policy::retry_schedule& service);

/// Whether `before` has the trigger `choice` for `type` too.
bool has_trigger(const channel& before, std::string_view type, const trigger& choice);

/// JSON pointers to the members in which two channels differ, as far as people set them; of the
/// settings to each of their members.
std::vector<std::string> differences(const channel& before, const channel& after);

} // namespace tocsin
