#pragma once

#include "messages/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace tocsin::app {

/// Writes `{"pid":…,"port":…,"url":"…"}` to `path` in one step (a temporary file beside it, then
/// rename): who reads it finds all or nothing. The CAF door's port follows as `gate_port` where it
/// is not 0.
/// Errors: storage_io.
expected<void> write_ready_file(const std::filesystem::path& path, uint16_t port,
                                std::string_view url, uint16_t gate_port);

} // namespace tocsin::app
