#pragma once

#include "http/json/json_writer.hpp"
#include "http/response.hpp"
#include "messages/page.hpp"

namespace tocsin::http {

/// Answers with one part of a list; `write(json_writer&, entry)` writes each entry.
template <class T, class Write>
response list_response(const page<T>& x, Write write) {
  json_writer out;
  out.begin_object().key("data").begin_array();
  for (auto& entry : x.entries)
    write(out, entry);
  out.end_array().text_or_null("next_cursor", x.next_cursor);
  out.member("has_more", !x.next_cursor.empty()).end_object();
  return ok(out.take());
}

} // namespace tocsin::http
