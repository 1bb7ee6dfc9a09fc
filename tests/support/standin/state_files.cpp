#include "tests/support/standin/state_files.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <fstream>

namespace tocsin::standin {

state_directory::~state_directory() {
  std::error_code ignored;
  if (temporary_)
    std::filesystem::remove_all(path_, ignored);
}

std::optional<std::string> state_directory::open(const std::filesystem::path& wanted) {
  std::error_code ec;
  if (!path_.empty())
    return std::nullopt;
  if (!wanted.empty()) {
    std::filesystem::create_directories(wanted, ec);
    if (ec)
      return fmt::format("cannot make the directory {}: {}", wanted.string(), ec.message());
    path_ = wanted;
    return std::nullopt;
  }
  auto parent = std::filesystem::temp_directory_path(ec);
  auto pattern = (parent / "tocsin-standin-XXXXXX").string();
  if (ec || ::mkdtemp(pattern.data()) == nullptr)
    return fmt::format("cannot make a temporary directory: {}", std::strerror(errno));
  path_ = pattern;
  temporary_ = true;
  return std::nullopt;
}

std::optional<std::string> write_file(const std::filesystem::path& path, std::string_view content) {
  auto fresh = path;
  fresh += ".new";
  {
    std::ofstream file{fresh, std::ios::binary | std::ios::trunc};
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file)
      return fmt::format("cannot write {}", fresh.string());
  }
  std::error_code ec;
  std::filesystem::rename(fresh, path, ec);
  if (ec)
    return fmt::format("cannot write {}: {}", path.string(), ec.message());
  return std::nullopt;
}

boost::json::object ports_json(const standin_ports& ports) {
  return {{"http", ports.http},   {"https", ports.https},           {"smtp", ports.smtp},
          {"smtps", ports.smtps}, {"smtp_plain", ports.smtp_plain}, {"control", ports.control}};
}

} // namespace tocsin::standin
