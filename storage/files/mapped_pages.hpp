#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace tocsin::storage {

/// The pages of the storage's file that the process has mapped, and so counted as its memory. LMDB
/// maps the whole file and never lets go of a page that was read; who drains a large backlog would
/// hold all of it. Others may read the map meanwhile.
class mapped_pages {
public:
  mapped_pages() = default;

  /// `file` is the one that is mapped.
  mapped_pages(const std::filesystem::path& file, uint64_t max_resident_bytes);

  /// Lets go of all pages of the map if the process has more of files in memory than it may. Where
  /// `/proc` cannot be read, nothing happens.
  void give_back() const;

private:
  /// As the kernel names it.
  std::string file_;
  uint64_t max_resident_bytes_ = 0;
};

} // namespace tocsin::storage
