#pragma once

#include <cstddef>
#include <string_view>

namespace tocsin::cli {

/// How many columns of a terminal `text` takes, which must be UTF-8 without line breaks: 0 for
/// combining marks and format characters, 2 for wide and full-width ones (UAX #11), else 1.
size_t display_width(std::string_view text);

} // namespace tocsin::cli
