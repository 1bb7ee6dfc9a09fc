#include "storage/files/data_path.hpp"

namespace tocsin::storage {

namespace fs = std::filesystem;

namespace {

/// What LMDB calls the data of a storage that is a directory.
constexpr const char* data_name = "data.mdb";

} // namespace

fs::path storage_path(const fs::path& named) {
  std::error_code ignored;
  auto real = fs::canonical(named, ignored);
  return real.filename() == data_name && fs::is_regular_file(real, ignored) ? real.parent_path()
                                                                            : named;
}

fs::path data_path(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) ? path / data_name : path;
}

fs::path compact_copy_path(const fs::path& directory) {
  return directory / "data.mdb.compact";
}

} // namespace tocsin::storage
