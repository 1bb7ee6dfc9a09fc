#include "gate/certificate_watch.hpp"

#include <utility>

namespace tocsin::gate {

certificate_watch::marks certificate_watch::read_marks() const {
  return {mark_of(files_.authority), mark_of(files_.revoked), mark_of(files_.certificate),
          mark_of(files_.key)};
}

expected<link::tls_context> certificate_watch::load() {
  seen_ = read_marks();
  auto result = link::load_credentials(files_, link::link_end::node);
  if (result)
    current_ = *result;
  return result;
}

std::optional<expected<link::tls_context>> certificate_watch::look() {
  if (read_marks() == seen_)
    return std::nullopt;
  return load();
}

std::vector<certificate_stats> certificate_watch::certificates() const {
  std::vector<certificate_stats> result{describe(link::own_certificate(*current_), "own")};
  for (auto& x : link::authorities(*current_))
    result.push_back(describe(x, "authority"));
  return result;
}

std::string certificate_watch::find_fault(const link::certificate& x) const {
  return link::find_fault(x, *current_);
}

certificate_stats describe(const link::certificate& x, std::string role) {
  return {std::move(role), x.label(), x.fingerprint, to_rfc3339(x.expires_at), 0};
}

} // namespace tocsin::gate
