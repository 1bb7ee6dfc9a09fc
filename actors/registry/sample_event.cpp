#include "actors/registry/sample_event.hpp"

#include "messages/event_catalogue.hpp"
#include "messages/ids.hpp"

#include <chrono>

namespace tocsin {

accepted_event sample_event(std::string type, timestamp now) {
  auto info = find_event_type(type);
  event value;
  value.service = "example-service";
  value.customer = "Example Customer";
  value.timestamp = to_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
  value.message = "This is a test: it shows what a notification of the type '" + type
                  + "' looks like here. " + std::string{info ? info->title : ""} + ".";
  value.details = R"({"sent_by":"Send Test"})";
  value.type = std::move(type);
  event_id id{ulid_generator{}.next(now, 1)};
  return {id, std::move(value), now, 1, {}};
}

} // namespace tocsin
