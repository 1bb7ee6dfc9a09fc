#pragma once

#include <filesystem>

namespace tocsin::storage {

/// The storage that `named` means: a file called `data.mdb`, also by way of a link, is that of its
/// directory; everything else is itself.
std::filesystem::path storage_path(const std::filesystem::path& named);

/// Where the data of the storage `path` lie: in its `data.mdb`, or in itself where it is no
/// directory.
std::filesystem::path data_path(const std::filesystem::path& path);

/// Where the compact copy of the storage in `directory` is made that then takes its place.
std::filesystem::path compact_copy_path(const std::filesystem::path& directory);

} // namespace tocsin::storage
