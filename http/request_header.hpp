#pragma once

#include "http/problem.hpp"
#include "http/request.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::http {

using beast_request = boost::beast::http::request<boost::beast::http::string_body>;

/// Why a header is refused.
struct header_fault {
  refusal kind;
  std::string_view detail;
};

/// Says what is wrong with a header that Beast lets pass; nothing if it is fine. `chunked` tells
/// whether the body is framed by chunks.
std::optional<header_fault> find_header_fault(const beast_request& header, bool chunked);

/// Whether `text`, the header of a request as far as it has come, continues a field on a second
/// line. Beast takes such fields for one; others may not, and then disagree on where the body ends
/// (RFC 9112 §5.2 has servers refuse them).
bool has_folded_line(std::string_view text);

/// Whether the client waits for `100 Continue` before it sends the body.
bool expects_continue(const beast_request& header);

/// The client's `X-Request-Id`, where it is one that may stand in logs: 1 to 128 characters of
/// `a-z A-Z 0-9 . _ -`. Empty otherwise.
std::string client_request_id(const beast_request& header);

/// What the routes need of a header; the body is left empty. What comes behind the body is not to
/// count as a header (RFC 9110 §6.5.1), but Beast puts it beside: so take the header before that.
request take_header(const beast_request& x);

} // namespace tocsin::http
