#pragma once

#include "http/request.hpp"
#include "http/response.hpp"

#include <string_view>

namespace tocsin::http {

/// The OpenAPI 3.1 document of the whole API, as JSON without white space. It is made of the parts
/// in `http/openapi/` when the service is built (`scripts/make_openapi.py`).
std::string_view openapi_document();

/// Answers `GET /openapi.json`: the document with its `ETag`, or 304 where `If-None-Match` names
/// it.
response answer_openapi(const request& x);

} // namespace tocsin::http
