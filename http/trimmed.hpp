#pragma once

#include <algorithm>
#include <string_view>

namespace tocsin::http {

/// `text` without the spaces and tabs at either end, which header fields may have between their
/// parts (OWS, RFC 9110 §5.6.3).
inline std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

} // namespace tocsin::http
