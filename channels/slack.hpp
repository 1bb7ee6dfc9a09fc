#pragma once

#include "channels/adapter.hpp"
#include "channels/settings_reader.hpp"

#include <memory>

namespace tocsin::channels {

/// A Slack incoming webhook: Block Kit in one coloured attachment, and a `text` with the outcome
/// for notifications. All foreign text is in `plain_text` objects, where nothing is formatted.
std::unique_ptr<adapter> make_slack(settings_reader& settings, const provider_endpoints& endpoints);

} // namespace tocsin::channels
