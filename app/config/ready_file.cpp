#include "app/config/ready_file.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <unistd.h>

namespace tocsin::app {

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
  errno = 0;
  std::ofstream out{draft, std::ios::trunc};
  out << boost::json::serialize(content) << '\n';
  out.close();
  std::error_code fault{errno != 0 ? errno : EIO, std::generic_category()};
  if (out)
    std::filesystem::rename(draft, path, fault);
  if (fault)
    return fail(errc::storage_io, fmt::format("the ready file {} cannot be written: {}",
                                              path.native(), fault.message()));
  return {};
}

} // namespace tocsin::app
