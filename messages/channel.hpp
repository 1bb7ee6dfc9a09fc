#pragma once

#include "messages/ids.hpp"
#include "messages/recipient.hpp"
#include "messages/timestamp.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

enum class channel_type : uint8_t { email = 1, slack, discord, telegram, webhook };

/// `email`, `slack`, `discord`, `telegram` or `webhook`.
std::string_view to_string(channel_type x);
std::optional<channel_type> parse_channel_type(std::string_view text);

/// What a channel does with one event type, where that differs from the catalogue's default.
struct trigger {
  bool on = true;
  /// Email only: goes here instead of to the channel's own `to`.
  std::vector<std::string> to;

  friend bool operator==(const trigger&, const trigger&) = default;
};

/// Which events of its recipient a channel takes.
struct channel_filters {
  selection customers;
  selection services;

  friend bool operator==(const channel_filters&, const channel_filters&) = default;
};

/// What follows an attempt after which it is unknown whether the provider has the message.
enum class ambiguous_policy : uint8_t {
  /// It is sent again, under the same delivery id: the receiver may get it twice.
  retry = 1,
  /// It becomes a dead letter: the receiver may never get it.
  dead_letter,
};

std::string_view to_string(ambiguous_policy x);
std::optional<ambiguous_policy> parse_ambiguous_policy(std::string_view text);

/// How a channel retries. What is not set follows the settings of the service.
struct delivery_policy {
  std::optional<std::chrono::milliseconds> first_retry;
  std::optional<std::chrono::milliseconds> max_retry;
  std::optional<std::chrono::milliseconds> give_up;
  ambiguous_policy on_ambiguous = ambiguous_policy::retry;

  friend bool operator==(const delivery_policy&, const delivery_policy&) = default;
};

/// A configured way to reach one recipient, who owns it.
struct channel {
  channel_id id;
  recipient_id owner;
  /// For people, 1 to `max_channel_name_bytes`, unique per owner.
  std::string name;
  channel_type type = channel_type::webhook;
  bool enabled = true;
  /// Why the service itself disabled the channel; empty if it did not.
  std::string disabled_reason;
  /// By event type; a type that is not in here follows the catalogue's default.
  std::map<std::string, trigger, std::less<>> triggers;
  channel_filters filters;
  delivery_policy delivery;
  /// The fields of the channel's type as a JSON object with its secrets in clear. It is sealed
  /// before it reaches the disk and never leaves the process.
  std::string settings;
  timestamp created_at{};
  timestamp updated_at{};
  /// Counts the changes, from 1.
  uint64_t revision = 0;
  /// The name of the file that describes the channel, so that nobody else changes it; else empty.
  std::string managed_by = {};
};

/// A secret field as the API shows it.
struct secret_hint {
  std::string field;
  /// The last four characters, if the secret is long enough that this reveals nothing.
  std::string hint;
};

/// A channel as it may be shown: `settings` holds no secret.
struct channel_view {
  channel value;
  std::vector<secret_hint> secrets;
  /// Where it goes, for people and without secrets, for example `hooks.slack.com/…a1b2`.
  std::string target;
};

} // namespace tocsin
