#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <sys/types.h>

namespace tocsin::bench {

/// Processor time that a process has used since it started, all threads, user and system; nothing
/// if there is no such process.
std::optional<std::chrono::nanoseconds> cpu_time(pid_t process);

/// The most memory that a process ever had resident (VmHWM of /proc/PID/status).
std::optional<uint64_t> peak_rss_bytes(pid_t process);

/// What a process used until now; nothing where it is not there.
struct process_use {
  std::optional<std::chrono::nanoseconds> cpu;
  std::optional<uint64_t> peak_rss_bytes;
};

process_use use_of(pid_t process);

/// What the files in `directory` take on its disk, holes left out; nothing if it cannot be read.
std::optional<uint64_t> disk_bytes(const std::filesystem::path& directory);

} // namespace tocsin::bench
