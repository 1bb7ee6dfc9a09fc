#include "http/request.hpp"

namespace tocsin::http {

std::string_view to_string(method x) {
  switch (x) {
  case method::get: return "GET";
  case method::post: return "POST";
  case method::put: return "PUT";
  case method::patch: return "PATCH";
  case method::remove: return "DELETE";
  case method::other: break;
  }
  return {};
}

} // namespace tocsin::http
