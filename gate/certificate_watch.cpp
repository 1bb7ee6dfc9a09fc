#include "gate/certificate_watch.hpp"

namespace tocsin::gate {

certificate_watch::stamps certificate_watch::read_stamps() const {
  // A file that is missing has a stamp of its own as well.
  std::error_code ignored;
  return {last_write_time(files_.authority, ignored), last_write_time(files_.revoked, ignored),
          last_write_time(files_.certificate, ignored), last_write_time(files_.key, ignored)};
}

expected<link::tls_context> certificate_watch::load() {
  seen_ = read_stamps();
  auto result = link::load_credentials(files_, link::link_end::node);
  if (result)
    current_ = *result;
  return result;
}

std::optional<expected<link::tls_context>> certificate_watch::look() {
  if (read_stamps() == seen_)
    return std::nullopt;
  return load();
}

std::string certificate_watch::find_fault(const link::certificate& x) const {
  return link::find_fault(x, *current_);
}

} // namespace tocsin::gate
