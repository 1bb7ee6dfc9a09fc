#pragma once

#include "messages/timestamp.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

enum class recipient_kind : uint8_t { admin = 1, customer = 2 };

/// Names an admin or a customer. Written `admin/ops` or `customer/acme`.
struct recipient_id {
  recipient_kind kind = recipient_kind::admin;
  /// 1 to 64 characters of `a-z 0-9 . _ -`, beginning with a letter or digit.
  std::string name;

  friend auto operator<=>(const recipient_id&, const recipient_id&) = default;
};

std::string to_string(const recipient_id& x);

/// Reads `admin/NAME` or `customer/NAME`; nothing if `text` is neither or the name is not one.
std::optional<recipient_id> parse_recipient_id(std::string_view text);

/// Somebody who may want to know: an admin of the panel or a customer.
struct recipient {
  recipient_id id;
  /// For people, up to `max_display_name_bytes`; a customer may be named by it in events.
  std::string display_name;
  /// A customer's services; it only ever sees events of these. Unused for admins.
  std::vector<std::string> services;
  /// Whether a customer may have channels and preferences. Unused for admins.
  bool portal_enabled = false;
  timestamp created_at{};
  timestamp updated_at{};
  /// Counts the changes, from 1.
  uint64_t revision = 0;
  /// The name of the file that describes the recipient, so that nobody else changes it; else empty.
  std::string managed_by = {};
};

/// Lets values through. An empty `include` lets everything through that `exclude` does not stop.
struct selection {
  std::vector<std::string> include;
  std::vector<std::string> exclude;

  friend bool operator==(const selection&, const selection&) = default;
};

/// A daily span without notifications, in the recipient's own time.
struct quiet_hours {
  /// Minutes after midnight, 0 to 1439; `from` after `until` spans midnight.
  uint16_t from_minute = 0;
  uint16_t until_minute = 0;
  /// Offset of the recipient's time from UTC in minutes, -840 to 840.
  int16_t utc_offset_minutes = 0;
  /// Events of severity critical are delivered all the same.
  bool critical_bypass = true;

  friend bool operator==(const quiet_hours&, const quiet_hours&) = default;
};

/// What one recipient wants to hear of, over all its channels.
struct preference {
  recipient_id recipient;
  selection customers;
  selection services;
  selection event_types;
  std::optional<quiet_hours> quiet;
  uint64_t revision = 0;
  /// As of a recipient.
  std::string managed_by = {};
};

} // namespace tocsin
