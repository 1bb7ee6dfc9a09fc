#include "channels/transport/wire.hpp"

namespace tocsin::channels {

std::string_view to_string(mail_encryption x) {
  switch (x) {
  case mail_encryption::starttls: return "starttls";
  case mail_encryption::tls: return "tls";
  case mail_encryption::none: return "none";
  }
  return "unknown";
}

std::string_view to_string(wire_fault x) {
  switch (x) {
  case wire_fault::none: return "none";
  case wire_fault::not_tried: return "not_tried";
  case wire_fault::unresolved: return "unresolved";
  case wire_fault::address_refused: return "address_refused";
  case wire_fault::unreachable: return "unreachable";
  case wire_fault::tls_failed: return "tls_failed";
  case wire_fault::timed_out: return "timed_out";
  case wire_fault::connection_lost: return "connection_lost";
  case wire_fault::encryption_missing: return "encryption_missing";
  case wire_fault::auth_missing: return "auth_missing";
  case wire_fault::auth_refused: return "auth_refused";
  case wire_fault::stopped: return "stopped";
  case wire_fault::no_thread: return "no_thread";
  case wire_fault::other: return "other";
  }
  return "unknown";
}

} // namespace tocsin::channels
