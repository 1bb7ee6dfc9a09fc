#include "app/cli/file_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <istream>

namespace tocsin::cli {

// By `read`, which sets `bad` where the buffer beneath throws; an iterator lets that through.
std::string read_to_end(std::istream& in) {
  std::string result;
  std::array<char, 16 * 1024> block;
  do {
    in.read(block.data(), block.size());
    result.append(block.data(), static_cast<size_t>(in.gcount()));
  } while (in);
  return result;
}

expected<std::string> read_file_text(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  auto result = read_to_end(file);
  if (!file.is_open() || file.bad())
    return fail(errc::invalid_argument,
                fmt::format("cannot read '{}': {}", path.string(), std::strerror(errno)));
  return result;
}

} // namespace tocsin::cli
