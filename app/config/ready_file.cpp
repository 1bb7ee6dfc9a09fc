#include "app/config/ready_file.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>

namespace tocsin::app {

namespace {

/// Writes a file that was not there, so that no link leads to another. One that a killed process
/// left goes first.
std::error_code write_new_file(const std::filesystem::path& path, const std::string& text) {
  ::unlink(path.c_str());
  auto file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0)
    return {errno, std::generic_category()};
  errno = EIO;
  auto is_whole = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  std::error_code result{is_whole ? 0 : errno, std::generic_category()};
  ::close(file);
  return result;
}

} // namespace

expected<void> write_ready_file(const std::filesystem::path& path, uint16_t port,
                                std::string_view url, uint16_t gate_port) {
  boost::json::object content;
  content["pid"] = getpid();
  content["port"] = port;
  content["url"] = boost::json::string_view{url.data(), url.size()};
  if (gate_port != 0)
    content["gate_port"] = gate_port;
  auto draft = path;
  draft += ".new";
  auto fault = write_new_file(draft, boost::json::serialize(content) + '\n');
  if (!fault)
    std::filesystem::rename(draft, path, fault);
  if (fault)
    return fail(errc::storage_io, fmt::format("the ready file {} cannot be written: {}",
                                              path.native(), fault.message()));
  return {};
}

} // namespace tocsin::app
