#pragma once

#include "http/request.hpp"
#include "http/response.hpp"
#include "http/target.hpp"
#include "messages/failure.hpp"
#include "messages/page.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::http {

/// Says which query parameter is not among `known` (separated by spaces) or repeated.
std::optional<failure> find_parameter_fault(const target& x, std::string_view known);

/// Says why a request's body cannot be read as JSON; an empty body needs no type.
std::optional<std::string> find_body_fault(const request& x);

/// Reads `limit` and `cursor`. Errors: invalid_argument.
expected<page_request> read_page(const target& x);

/// The revision that `If-Match` demands; nothing if it demands none (absent or `*`).
/// Errors: revision_mismatch where it is a tag that no revision has.
expected<std::optional<uint64_t>> read_if_match(const request& x);

/// `x` with the revision as its `ETag`.
response tagged(response x, uint64_t revision);

} // namespace tocsin::http
