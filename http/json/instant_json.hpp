#pragma once

#include "http/json/json_writer.hpp"
#include "messages/timestamp.hpp"

#include <optional>
#include <string_view>

namespace tocsin::http {

/// An instant as the API shows it, or `null` where there is none.
inline void write_instant(json_writer& out, std::string_view name,
                          const std::optional<timestamp>& x) {
  out.text_or_null(name, x ? to_rfc3339(*x) : std::string{});
}

} // namespace tocsin::http
