#pragma once

#include <cstdint>

namespace tocsin::http {

/// Whom a route is for and whose things it is about. Every route says so; what it says of a
/// customer in the portal, the router or the route sees to. To a customer, what is not its own is
/// not there.
enum class subject : uint8_t {
  /// Needs no credentials: it is how one gets some.
  sign_in = 1,
  /// Tokens and admins only.
  panel,
  /// Everybody, as it is nobody's.
  anybody,
  /// The recipient that the query parameter `owner` names: the customer, where it names none.
  owner_in_query,
  /// The owner of the channel in the body: the customer, where it names none.
  owner_in_body,
  /// The owner of the channel that the path names first.
  channel_in_path,
  /// The customer that the path names first.
  customer_in_path,
  /// The route shows a customer what concerns it alone.
  own_history,
};

} // namespace tocsin::http
