#include "storage/files/mapped_pages.hpp"

#include <cstdio>
#include <fstream>
#include <string>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace tocsin::storage {

namespace {

/// What the process has of files in memory: proc(5), third field of `statm`, in pages.
uint64_t resident_file_bytes() {
  uint64_t size = 0;
  uint64_t resident = 0;
  uint64_t shared = 0;
  std::ifstream{"/proc/self/statm"} >> size >> resident >> shared;
  return shared * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

} // namespace

mapped_pages::mapped_pages(const std::filesystem::path& file, uint64_t max_resident_bytes)
  : max_resident_bytes_(max_resident_bytes) {
  std::error_code ignored;
  file_ = std::filesystem::canonical(file, ignored).string();
}

void mapped_pages::give_back() const {
  if (file_.empty() || resident_file_bytes() <= max_resident_bytes_)
    return;
  // The map moves when it grows, so it is looked up each time. proc(5): a line per mapping, with
  // its bounds first and its file last.
  std::ifstream maps{"/proc/self/maps"};
  std::string line;
  while (std::getline(maps, line)) {
    uintptr_t begin = 0;
    uintptr_t end = 0;
    if (line.ends_with(' ' + file_) && std::sscanf(line.c_str(), "%lx-%lx", &begin, &end) == 2)
      madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
}

} // namespace tocsin::storage
