#pragma once

#include "channels/settings_reader.hpp"
#include "channels/transport/wire.hpp"

#include <string>
#include <string_view>

namespace tocsin::channels {

/// An HTTP URL taken apart.
struct checked_url {
  std::string text;
  /// With its port, where it has one.
  std::string host;
  /// From the first slash on, query included.
  std::string path_and_query;
};

/// Takes `text` apart; nothing if it is no absolute URL.
std::optional<checked_url> take_apart(std::string_view text);

/// Reads the setting `key` as the http or https URL of a receiver, without user name and fragment.
/// Under `public_only` the ports below 1024 but 80 and 443 are refused. It is required where
/// `otherwise`, the URL that stands for it, is empty.
checked_url read_url(settings_reader& settings, std::string_view key, const address_rules& rules,
                     std::string_view otherwise);

} // namespace tocsin::channels
