#include "app/file_limit.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace tocsin::app {

void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
    return;
  limit.rlim_cur = limit.rlim_max;
  // Where it cannot be raised the service does with what it has.
  setrlimit(RLIMIT_NOFILE, &limit);
}

uint64_t file_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

size_t requests_for(uint64_t files, size_t wanted) {
  constexpr uint64_t own_files = 64;
  auto most = (std::max(files, own_files) - own_files) / 2;
  auto planned = wanted > 0 ? wanted : std::min<uint64_t>(files / 4, 2048);
  return static_cast<size_t>(std::max<uint64_t>(std::min(planned, most), 1));
}

} // namespace tocsin::app
