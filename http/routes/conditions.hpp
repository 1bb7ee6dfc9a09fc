#pragma once

#include "http/request.hpp"
#include "http/response.hpp"
#include "http/target.hpp"
#include "messages/failure.hpp"
#include "messages/page.hpp"
#include "messages/recipient.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::http {

/// Says which query parameter is not among `known` (separated by spaces) or repeated.
std::optional<failure> find_parameter_fault(const target& x, std::string_view known);

/// Says why a request's body cannot be read as JSON; an empty body needs no type.
std::optional<std::string> find_body_fault(const request& x);

/// The recipient that the query parameter `owner` names. Errors: invalid_argument.
expected<recipient_id> read_owner(std::string_view text);

/// How often a change may start over because somebody else changed something in between. Of those
/// who compete one gets through each time, so that this many can do so at once.
inline constexpr unsigned change_rounds = 64;

/// Reads `limit` and `cursor`. Errors: invalid_argument.
expected<page_request> read_page(const target& x);

/// The revision that `If-Match` demands; nothing if it demands none (absent or `*`).
/// Errors: revision_mismatch where it is a tag that no revision has.
expected<std::optional<uint64_t>> read_if_match(const request& x);

/// `x` with the revision as its `ETag`.
response tagged(response x, uint64_t revision);

} // namespace tocsin::http
