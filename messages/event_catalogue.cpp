#include "messages/event_catalogue.hpp"

#include "messages/custom_event_type.hpp"
#include "messages/own_event.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <list>
#include <mutex>
#include <utility>

namespace tocsin {

namespace {

using enum event_severity;

constexpr std::array<event_type_info, 13> fixed_types{{
  {"deploy.success", true, success, "Deployment succeeded"},
  {"deploy.failure", true, error, "Deployment failed"},
  {"service.health.down", true, critical, "Service is down"},
  {"service.health.recovered", true, success, "Service recovered"},
  {"service.stopped", false, warning, "Service stopped"},
  {"service.started", false, info, "Service started"},
  {"backup.success", false, success, "Backup succeeded"},
  {"backup.failure", true, error, "Backup failed"},
  {"quota.warning", true, warning, "Quota almost used up"},
  {"quota.exceeded", true, error, "Quota exceeded"},
  {"ssl.expiring", true, warning, "Certificate expires soon"},
  // The service's own come last.
  {channel_disabled_event, true, error, "Channel disabled"},
  {channel_parked_event, true, error, "Channel parked"},
}};

constexpr event_type_info test_type{test_event_type, true, info, "Test notification"};

constexpr std::array<std::pair<std::string_view, event_severity>, 5> severities{{
  {"success", success},
  {"info", info},
  {"warning", warning},
  {"error", error},
  {"critical", critical},
}};

/// The fixed types and then custom ones, whose texts it holds.
struct full_catalogue {
  std::vector<event_type_info> types{fixed_types.begin(), fixed_types.end()};
  std::deque<std::string> texts;
};

/// What was published last; nullptr where that is nothing.
std::atomic<const full_catalogue*> current = nullptr;

bool comes_first(const event_type_info& x, std::string_view name) {
  return x.name < name;
}

} // namespace

std::string_view to_string(event_severity x) {
  auto found = std::find_if(severities.begin(), severities.end(),
                            [x](auto& each) { return each.second == x; });
  return found == severities.end() ? "unknown" : found->first;
}

std::optional<event_severity> parse_event_severity(std::string_view text) {
  for (auto& [name, severity] : severities)
    if (name == text)
      return severity;
  return std::nullopt;
}

std::span<const event_type_info> event_catalogue() {
  if (auto* full = current.load(std::memory_order_acquire))
    return full->types;
  return fixed_types;
}

const event_type_info* find_event_type(std::string_view name) {
  auto types = event_catalogue();
  auto custom = types.begin() + fixed_types.size();
  auto i = std::find_if(types.begin(), custom, [name](auto& type) { return type.name == name; });
  if (i != custom)
    return &*i;
  i = std::lower_bound(custom, types.end(), name, comes_first);
  if (i != types.end() && i->name == name)
    return &*i;
  return name == test_event_type ? &test_type : nullptr;
}

bool is_event_type_name(std::string_view name) {
  auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  auto fits = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= max_event_type_bytes && is_letter(name.front())
         && std::all_of(name.begin(), name.end(), fits);
}

void publish_custom_event_types(const std::vector<custom_event_type>& types) {
  static std::mutex guard;
  static std::list<full_catalogue> published;
  std::lock_guard lock{guard};
  auto& next = published.emplace_back();
  for (auto& x : types) {
    auto& name = next.texts.emplace_back(x.name);
    auto& title = next.texts.emplace_back(x.title);
    auto& manager = next.texts.emplace_back(x.managed_by);
    next.types.push_back({name, x.on_by_default, x.severity, title, x.revision, manager});
  }
  std::sort(next.types.begin() + fixed_types.size(), next.types.end(),
            [](auto& a, auto& b) { return comes_first(a, b.name); });
  current.store(&next, std::memory_order_release);
}

} // namespace tocsin
