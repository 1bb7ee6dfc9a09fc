#pragma once

#include "messages/failure.hpp"

#include <string>
#include <vector>

namespace tocsin::cli {

/// The parts of an event as they stand on the command line; empty ones are left out of the body.
struct event_parts {
  std::string type;
  std::string service;
  std::string customer;
  std::string timestamp;
  std::string message;
  std::string id;
  /// `key=text`, or `key:=JSON` for numbers and all else that is not text.
  std::vector<std::string> details;
  /// The details as one JSON object, instead of `details`.
  std::string details_json;
};

/// The body of `POST /events` for one event. Numbers in details keep their digits.
/// Errors: invalid_argument, for details that are not what they must be.
expected<std::string> event_body(const event_parts& parts);

} // namespace tocsin::cli
