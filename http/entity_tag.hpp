#pragma once

#include <string>
#include <string_view>

namespace tocsin::http {

/// A strong entity tag (RFC 9110 §8.8.3) for a text, including the quotes: another text has
/// another.
std::string entity_tag(std::string_view text);

/// Whether `If-Match` or `If-None-Match` names `tag`: `*`, or a list of tags. Weak tags compare by
/// what they say (RFC 9110 §8.8.3.2), as `If-None-Match` wants it.
bool names_tag(std::string_view field, std::string_view tag);

} // namespace tocsin::http
