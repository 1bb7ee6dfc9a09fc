#include "http/openapi.hpp"

#include "http/entity_tag.hpp"

#include <string>

namespace tocsin::http {

response answer_openapi(const request& x) {
  static const auto tag = entity_tag(openapi_document());
  auto is_known = x.if_none_match && names_tag(*x.if_none_match, tag);
  response result;
  result.status = is_known ? 304 : 200;
  // It changes with the service, so it is asked for again, which costs little.
  result.headers = {{"ETag", tag}, {"Cache-Control", "no-cache"}};
  if (!is_known)
    result.body = openapi_document();
  return result;
}

} // namespace tocsin::http
