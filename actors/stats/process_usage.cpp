#include "actors/stats/process_usage.hpp"

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>

namespace tocsin {

namespace {

std::string text_of(const char* path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

/// When the system started, Unix time: proc(5), `btime` in `/proc/stat`.
uint64_t boot_seconds() {
  std::ifstream file{"/proc/stat"};
  std::string line;
  uint64_t result = 0;
  while (std::getline(file, line))
    if (std::sscanf(line.c_str(), "btime %" SCNu64, &result) == 1)
      return result;
  return 0;
}

/// proc(5), `/proc/self/stat`: behind the name, which may hold anything, come the fields from the
/// third one on. The 20th counts the threads, the 22nd is the start in ticks since the system's,
/// the 23rd the address space in bytes and the 24th the resident set in pages.
void read_stat(process_metrics& out) {
  auto text = text_of("/proc/self/stat");
  auto fields = text.rfind(')');
  uint64_t start_ticks = 0;
  uint64_t resident_pages = 0;
  if (fields == text.npos
      || std::sscanf(text.c_str() + fields + 1,
                     " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d"
                     " %" SCNu64 " %*d %" SCNu64 " %" SCNu64 " %" SCNu64,
                     &out.threads, &start_ticks, &out.virtual_bytes, &resident_pages)
           != 4)
    return;
  out.resident_bytes = resident_pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  out.start_seconds
    = static_cast<double>(boot_seconds())
      + static_cast<double>(start_ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// Not counting the one that it takes to count.
uint64_t open_files() {
  std::error_code fault;
  std::filesystem::directory_iterator entries{"/proc/self/fd", fault};
  uint64_t result = 0;
  for (; !fault && entries != std::filesystem::directory_iterator{}; entries.increment(fault))
    ++result;
  return result > 0 ? result - 1 : 0;
}

} // namespace

process_metrics measure_process() {
  process_metrics result;
  read_stat(result);
  timespec used{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0)
    result.cpu_seconds = static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
  result.open_files = open_files();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    result.max_files = limit.rlim_cur;
  return result;
}

} // namespace tocsin
