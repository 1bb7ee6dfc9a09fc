#pragma once

#include "http/request.hpp"
#include "messages/failure.hpp"

#include <string>

namespace tocsin::http {

/// What a request says in `X-Managed-By`.
struct management {
  /// The name of the file that describes what the request changes; empty where there is none.
  std::string manager;
  /// Whether the file stops managing it.
  bool releases = false;
};

/// Reads `X-Managed-By: NAME`, or `NAME; release`. A name is 1 to 64 of `a-z 0-9 . _ -` and begins
/// with a letter or digit. Errors: invalid_argument.
expected<management> read_management(const request& x);

} // namespace tocsin::http
