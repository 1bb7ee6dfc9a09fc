#pragma once

#include <cstdint>
#include <fstream>
#include <limits>
#include <string>
#include <sys/types.h>

namespace tocsin {

/// What a process has in memory, in MiB, as the kernel tells (proc(5), `status`).
struct process_memory {
  /// All of it, and the parts that are its own and that are pages of files it maps.
  uint64_t rss = 0;
  uint64_t anonymous = 0;
  uint64_t file = 0;
  /// What it has mapped, whether or not anything of it is in memory.
  uint64_t address_space = 0;
};

inline process_memory memory_of(pid_t process) {
  process_memory result;
  std::ifstream in{"/proc/" + std::to_string(process) + "/status"};
  std::string name;
  uint64_t kib = 0;
  while (in >> name) {
    if (name == "VmRSS:" && in >> kib)
      result.rss = kib / 1024;
    else if (name == "VmSize:" && in >> kib)
      result.address_space = kib / 1024;
    else if (name == "RssAnon:" && in >> kib)
      result.anonymous = kib / 1024;
    else if (name == "RssFile:" && in >> kib)
      result.file = kib / 1024;
    in.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return result;
}

} // namespace tocsin
