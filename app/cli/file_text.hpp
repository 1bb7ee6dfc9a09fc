#pragma once

#include "messages/failure.hpp"

#include <filesystem>
#include <iosfwd>
#include <string>

namespace tocsin::cli {

/// Everything that `in` still holds. Where it cannot be read, as a directory, `in` is `bad()` then.
std::string read_to_end(std::istream& in);

/// The whole content of a file.
/// Errors: invalid_argument with the reason, as one that is missing or a directory.
expected<std::string> read_file_text(const std::filesystem::path& path);

} // namespace tocsin::cli
