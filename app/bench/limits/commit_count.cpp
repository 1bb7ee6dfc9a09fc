#include "app/bench/limits/commit_count.hpp"

#include "app/cli/http_client.hpp"

#include <charconv>

namespace tocsin::bench {

expected<uint64_t> count_commits(const cli::connection& service) {
  cli::http_client client{service.url, service.token, service.ca_file};
  auto reply = client.send({"GET", "/metrics", {}, {}, ""});
  if (!reply)
    return reply.error();
  auto found = reply->is_success() ? find_commits(reply->body) : std::nullopt;
  if (!found)
    return fail(errc::unavailable, "the service does not say how often it has committed");
  return *found;
}

std::optional<uint64_t> find_commits(std::string_view metrics) {
  constexpr std::string_view name = "\ntocsin_storage_commits_total ";
  auto at = metrics.find(name);
  if (at == std::string_view::npos)
    return std::nullopt;
  auto number = metrics.substr(at + name.size());
  uint64_t result = 0;
  auto end = std::from_chars(number.data(), number.data() + number.size(), result);
  if (end.ec != std::errc{})
    return std::nullopt;
  return result;
}

} // namespace tocsin::bench
