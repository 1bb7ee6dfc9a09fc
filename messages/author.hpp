#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tocsin {

enum class author_kind : uint8_t {
  /// The service itself.
  service = 1,
  /// Whoever holds an API token.
  token,
  /// An admin who signed in.
  admin,
  /// A customer in the portal.
  customer,
};

/// `service`, `token`, `admin` or `customer`.
std::string_view to_string(author_kind x);
std::optional<author_kind> parse_author_kind(std::string_view text);

/// Who wants a change.
struct author {
  author_kind kind = author_kind::service;
  /// The token's id as text, or the name of the admin or customer; empty for the service.
  std::string id;
  /// The token's name, for people; else empty.
  std::string name;
  /// The `X-Request-Id` under which the change was asked for; empty for the service.
  std::string request_id;
  /// By which name it manages what it changes (`X-Managed-By`); empty for all who do not. Not
  /// stored.
  std::string manager = {};
  /// Whether it lets go of what it changes, so that everybody may change it again.
  bool releases = false;

  friend bool operator==(const author&, const author&) = default;
};

/// Who manages an object that was managed by `before` and that `by` has changed.
inline std::string manager_after(const std::string& before, const author& by) {
  if (by.releases)
    return {};
  return by.manager.empty() ? before : by.manager;
}

} // namespace tocsin
