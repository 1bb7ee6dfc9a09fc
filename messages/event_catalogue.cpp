#include "messages/event_catalogue.hpp"

#include "messages/own_event.hpp"

#include <algorithm>
#include <array>

namespace tocsin {

namespace {

using enum event_severity;

constexpr std::array<event_type_info, 13> catalogue{{
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

} // namespace

std::string_view to_string(event_severity x) {
  switch (x) {
  case success: return "success";
  case info: return "info";
  case warning: return "warning";
  case error: return "error";
  case critical: return "critical";
  }
  return "unknown";
}

std::span<const event_type_info> event_catalogue() {
  return catalogue;
}

const event_type_info* find_event_type(std::string_view name) {
  auto i = std::find_if(catalogue.begin(), catalogue.end(),
                        [name](auto& type) { return type.name == name; });
  if (i != catalogue.end())
    return &*i;
  return name == test_event_type ? &test_type : nullptr;
}

} // namespace tocsin
