#pragma once

#include <string>
#include <string_view>

namespace tocsin {

/// Appends `text` to `out` as a JSON string with its quotes. Bytes that are not UTF-8 are passed
/// on.
void append_json_string(std::string& out, std::string_view text);

} // namespace tocsin
