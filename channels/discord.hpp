#pragma once

#include "channels/adapter.hpp"
#include "channels/settings_reader.hpp"

#include <memory>

namespace tocsin::channels {

/// A Discord webhook: a line of content and one embed, without any mention. Whatever form of the
/// URL was entered, version 10 of the API is asked, and asked to say whether it stored the message.
std::unique_ptr<adapter> make_discord(settings_reader& settings,
                                      const provider_endpoints& endpoints);

} // namespace tocsin::channels
