#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::channels {

/// Texts that are shorter show up by chance and are no secrets.
inline constexpr size_t min_secret_bytes = 4;

/// The first `shown` bytes of `text`, with `[redacted]` in place of each run of bytes that belongs
/// to a secret; secrets may overlap, and may end behind what is shown. Takes time in proportion to
/// the length of the text and the number of secrets, whatever they hold: customers choose both.
std::string hide_secrets(std::string_view text, const std::vector<std::string>& secrets,
                         size_t shown = std::string_view::npos);

} // namespace tocsin::channels
