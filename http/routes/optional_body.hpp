#pragma once

#include "http/json/object_reader.hpp"
#include "messages/failure.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::http {

/// Reads a body that may be left out with `read(object_reader&)`, and refuses what that did not
/// ask for. `what` names the body in the failure. Errors: invalid_argument.
template <class Read>
expected<void> read_optional_body(std::string_view body, std::string_view what, Read read) {
  if (body.empty())
    return {};
  auto object = parse_object(body);
  if (!object)
    return object.error();
  std::vector<field_error> errors;
  object_reader in{*object, "", errors};
  read(in);
  in.refuse_others();
  if (!errors.empty())
    return invalid_fields(what, std::move(errors));
  return {};
}

} // namespace tocsin::http
