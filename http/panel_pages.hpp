#pragma once

#include "http/request.hpp"
#include "http/response.hpp"
#include "http/target.hpp"

#include <optional>
#include <string_view>

namespace tocsin::http {

/// Answers what belongs to the web panel, which needs no credentials as it holds no data: `/` leads
/// to `/ui/`, `/ui/assets/…` are its files, and every other path below `/ui` and `/portal` is the
/// one page that shows what the path says.
///
/// `portal_ancestors` are the origins whose pages may frame the portal, separated by spaces; empty:
/// none. The admins' pages can never be framed.
/// Returns nothing where the path is about something else, and 404 for a file that is not there.
std::optional<response> answer_panel(const request& x, const target& where,
                                     std::string_view portal_ancestors);

/// Whether an `Accept-Encoding` field takes gzip (RFC 9110 §12.5.3).
bool takes_gzip(std::string_view accept_encoding);

} // namespace tocsin::http
