#include "app/bench/server_command_line.hpp"

#include <fmt/format.h>

namespace tocsin::bench {

std::vector<std::string> server_command_line(const server_files& files,
                                             const std::vector<std::string>& settings,
                                             uint16_t port) {
  // An empty configuration, so that none of the machine's is read.
  std::vector<std::string> result{"--config",     files.configuration(),
                                  "--listen",     fmt::format("127.0.0.1:{}", port),
                                  "--data-dir",   files.data(),
                                  "--ready-file", files.ready(),
                                  "--log-level",  "warning"};
  for (const auto& x : settings)
    result.insert(result.end(), {"--set", x});
  return result;
}

} // namespace tocsin::bench
