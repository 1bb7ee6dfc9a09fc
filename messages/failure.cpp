#include "messages/failure.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace tocsin {

namespace {

struct errc_text {
  std::string_view name;
  std::string_view sentence;
};

errc_text text_of(errc code) {
  switch (code) {
  case errc::invalid_argument: return {"invalid_argument", "The request is not valid."};
  case errc::unknown_event_type: return {"unknown_event_type", "No such event type is known."};
  case errc::not_found: return {"not_found", "There is no such object."};
  case errc::already_exists: return {"already_exists", "An object of this name exists already."};
  case errc::revision_mismatch:
    return {"revision_mismatch", "The object was changed by somebody else in the meantime."};
  case errc::idempotency_conflict:
    return {"idempotency_conflict", "This idempotency key was used for a different event."};
  case errc::unauthorized: return {"unauthorized", "A valid token is needed."};
  case errc::forbidden: return {"forbidden", "The token does not allow this."};
  case errc::overloaded: return {"overloaded", "Too much work is waiting; try again shortly."};
  case errc::shutting_down: return {"shutting_down", "The service is stopping."};
  case errc::storage_full: return {"storage_full", "There is no space left to store events."};
  case errc::storage_io: return {"storage_io", "The storage could not be read or written."};
  case errc::storage_corrupt: return {"storage_corrupt", "A stored record cannot be understood."};
  case errc::storage_too_new:
    return {"storage_too_new", "The storage was written by a newer version."};
  case errc::bad_key: return {"bad_key", "A stored secret cannot be opened with the key file."};
  case errc::unavailable: return {"unavailable", "A part of the service is restarting."};
  case errc::conflict: return {"conflict", "The state of the object does not allow this."};
  case errc::in_flight: return {"in_flight", "The delivery is being sent at this moment."};
  case errc::managed:
    return {"managed", "The object is described by a file and cannot be changed here."};
  case errc::internal_error:
    return {"internal_error", "The service made a mistake; the request was given up."};
  }
  return {"unknown", "An unknown failure."};
}

} // namespace

std::string_view to_string(errc code) {
  return text_of(code).name;
}

std::string_view describe(errc code) {
  return text_of(code).sentence;
}

void throw_exception_from_error(const failure& x, const boost::source_location& where) {
  throw std::logic_error(fmt::format("{}:{}: unchecked failure {}: {}", where.file_name(),
                                     where.line(), to_string(x.code), x.detail));
}

} // namespace tocsin
