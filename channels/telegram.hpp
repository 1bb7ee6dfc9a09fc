#pragma once

#include "channels/adapter.hpp"
#include "channels/settings_reader.hpp"

#include <memory>

namespace tocsin::channels {

/// A Telegram bot: one HTML message per event through `sendMessage`, without link previews.
std::unique_ptr<adapter> make_telegram(settings_reader& settings,
                                       const provider_endpoints& endpoints);

} // namespace tocsin::channels
