#pragma once

#include <cstddef>

namespace tocsin {

/// The bytes of a channel's name.
inline constexpr size_t max_channel_name_bytes = 100;

/// The bytes of a recipient's display name.
inline constexpr size_t max_display_name_bytes = 200;

} // namespace tocsin
