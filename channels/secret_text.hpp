#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::channels {

/// Shorter texts occur by chance and do not count as secrets.
inline constexpr size_t min_secret_bytes = 4;

/// The first `shown` bytes of `text`, with `[redacted]` in place of each run of bytes that belongs
/// to a secret; secrets may overlap, and may end behind what is shown. Takes time in proportion to
/// the length of the text and the number of secrets, whatever they contain: customers choose both.
std::string hide_secrets(std::string_view text, const std::vector<std::string>& secrets,
                         size_t shown = std::string_view::npos);

} // namespace tocsin::channels
