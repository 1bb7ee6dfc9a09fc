#pragma once

#include "messages/delivery.hpp"

#include <cstdint>
#include <string>

namespace tocsin::channels {

/// What the sender may do about an outcome besides waiting.
enum class remedy : uint8_t {
  none,
  /// Send the message again in its plain form, which has nothing in it that was refused.
  send_plain,
  /// Store `settings_patch` and send again: the provider said where the channel goes from now on.
  change_settings,
};

/// Whom a provider means when it asks for a pause.
enum class pause_scope : uint8_t {
  /// Whatever sends to the same place: a webhook, a chat.
  endpoint,
  /// It does not say: the endpoint, but the sender once two of its endpoints pause together.
  unnamed,
  /// Whatever the provider knows by the same name: a bot, or the address that requests come from.
  sender,
};

/// The names under which pauses are kept, so that channels which share something pause together.
/// They give no secret away. Empty where nothing is shared.
struct pause_names {
  std::string endpoint;
  std::string sender;
};

/// Some refusals may pass, as in the middle of the receiver's own deployment. The third one that a
/// delivery meets is believed.
inline constexpr uint16_t refusal_believed = 3;

/// An outcome, which is recorded, and what it asks the sender to do, which is not.
struct verdict : outcome {
  remedy cure = remedy::none;
  /// With `change_settings`: a JSON Merge Patch for the channel's settings.
  std::string settings_patch = {};
  /// While throttled.
  pause_scope scope = pause_scope::endpoint;
  /// Whether it is a refusal that is not believed yet, and so a retry.
  bool is_doubted = false;
};

} // namespace tocsin::channels
