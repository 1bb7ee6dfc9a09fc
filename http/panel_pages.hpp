#pragma once

#include "http/request.hpp"
#include "http/response.hpp"
#include "http/target.hpp"

#include <optional>
#include <string_view>

namespace tocsin::http {

/// Answers requests for the web panel, which need no credentials since it holds no data: `/`
/// redirects to `/ui/`, `/ui/assets/…` are its files, and every other path below `/ui` and
/// `/portal` is the one page that shows what the path says.
///
/// `portal_ancestors` are the origins whose pages may frame the portal, separated by spaces; empty:
/// none. The admins' pages can never be framed.
/// Returns nothing if the path is about something else, and 404 for a file that does not exist.
std::optional<response> answer_panel(const request& x, const target& where,
                                     std::string_view portal_ancestors);

/// Whether an `Accept-Encoding` field accepts gzip (RFC 9110 §12.5.3).
bool takes_gzip(std::string_view accept_encoding);

} // namespace tocsin::http
