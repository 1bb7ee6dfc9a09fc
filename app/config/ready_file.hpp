#pragma once

#include "messages/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace tocsin::app {

/// Writes `{"pid":…,"port":…,"url":"…"}` to `path` in one step (a temporary file beside it, then
/// rename): who reads it finds all or nothing.
/// Errors: storage_io.
expected<void> write_ready_file(const std::filesystem::path& path, uint16_t port,
                                std::string_view url);

} // namespace tocsin::app
