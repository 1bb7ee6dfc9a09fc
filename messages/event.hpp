#pragma once

#include <string>

namespace tocsin {

/// An immutable fact as the panel states it. All text is UTF-8.
struct event {
  /// The sender's own identifier, or empty. Sending it again causes nothing new.
  std::string id;
  /// A name out of the catalogue, for example `deploy.failure`.
  std::string type;
  /// Empty where the event concerns no service.
  std::string service;
  /// Id or display name of a customer; empty where the event concerns the panel itself.
  std::string customer;
  /// RFC 3339 as the sender wrote it; ingress fills in the time of acceptance where it is empty.
  std::string timestamp;
  std::string message;
  /// A JSON object as compact text with every number digit for digit; empty where there is none.
  std::string details;

  friend bool operator==(const event&, const event&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, event& x) {
  return f(x.id, x.type, x.service, x.customer, x.timestamp, x.message, x.details);
}

} // namespace tocsin
