#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace tocsin::app {

/// Who besides its owner may write to `directory`, in words, for people; nothing where nobody may,
/// or it cannot be looked at. Whoever may write to a directory can replace the files in it,
/// whatever the modes of those; where it is sticky only their owner can.
std::optional<std::string> find_strange_writers(const std::filesystem::path& directory);

} // namespace tocsin::app
