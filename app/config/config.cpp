#include "app/config/config.hpp"

#include <fmt/format.h>

namespace tocsin::app {

std::string to_string(const endpoint& x) {
  if (x.host.find(':') != std::string::npos)
    return fmt::format("[{}]:{}", x.host, x.port);
  return fmt::format("{}:{}", x.host, x.port);
}

std::filesystem::path key_file_path(const config& x) {
  if (!x.storage.key_file.empty())
    return x.storage.key_file;
  return x.storage.data_dir / "sealing.key";
}

} // namespace tocsin::app
