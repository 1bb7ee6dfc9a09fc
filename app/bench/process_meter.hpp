#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <sys/types.h>

namespace tocsin::bench {

/// Processor time that a process has used since it started, all threads, user and system; nothing
/// if there is no such process.
std::optional<std::chrono::nanoseconds> cpu_time(pid_t process);

/// The most memory that a process ever had resident (VmHWM of /proc/PID/status).
std::optional<uint64_t> peak_rss_bytes(pid_t process);

} // namespace tocsin::bench
