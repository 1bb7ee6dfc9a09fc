#include "app/bench/process_meter.hpp"

#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <system_error>

namespace tocsin::bench {

std::optional<std::chrono::nanoseconds> cpu_time(pid_t process) {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &used) != 0)
    return std::nullopt;
  return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

std::optional<uint64_t> peak_rss_bytes(pid_t process) {
  std::ifstream status{fmt::format("/proc/{}/status", process)};
  std::string word;
  uint64_t kibibytes = 0;
  while (status >> word)
    if (word == "VmHWM:" && status >> kibibytes)
      return kibibytes * 1024;
  return std::nullopt;
}

process_use use_of(pid_t process) {
  return {cpu_time(process), peak_rss_bytes(process)};
}

std::optional<uint64_t> disk_bytes(const std::filesystem::path& directory) {
  std::error_code error;
  uint64_t result = 0;
  for (const auto& entry : std::filesystem::directory_iterator{directory, error}) {
    struct stat info {};
    // stat(2): blocks of 512 bytes, whatever those of the file system are.
    if (::stat(entry.path().c_str(), &info) == 0)
      result += static_cast<uint64_t>(info.st_blocks) * 512;
  }
  return error ? std::nullopt : std::optional{result};
}

} // namespace tocsin::bench
