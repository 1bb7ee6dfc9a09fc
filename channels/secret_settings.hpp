#pragma once

#include "messages/channel.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::channels {

/// A setting that is never returned.
struct secret_setting {
  std::string_view key;
  /// Whether it is sent to the server that other settings name, and so to whoever can change them.
  /// Secrets that only sign are not sent, and a URL that is a secret names its server itself.
  bool is_sent_to_named_server = false;
};

/// The secrets among the settings of a channel of `type`, apart from a webhook's headers.
std::span<const secret_setting> secret_settings(channel_type type);

/// The webhook setting whose values are all secret, and sent to the server.
inline constexpr std::string_view headers_key = "headers";

/// The stored secrets that a change of the settings would send elsewhere without naming them: to
/// another host, port or scheme, or over a mail connection that is no longer encrypted. Whoever
/// wants that has to know them. `before` and `after` are settings, `patch` is the JSON Merge Patch
/// that led from one to the other.
/// Returns their JSON pointers into the settings: `/password`, `/headers/X-Key`.
std::vector<std::string> secrets_to_enter(channel_type type, std::string_view before,
                                          std::string_view patch, std::string_view after);

} // namespace tocsin::channels
