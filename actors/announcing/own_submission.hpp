#pragma once

#include "messages/protocol/routing.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string_view>
#include <utility>

namespace tocsin {

/// How long an event of the service's own may take to be stored.
inline constexpr auto own_event_timeout = std::chrono::seconds{30};

/// One that was not accepted, for example because the disk was full, is sent again after this.
inline constexpr auto pause_after_lost_event = std::chrono::seconds{10};

/// An event of the service's own on its way to the router. Of those of one type and one occasion
/// only the first is stored.
inline route_submission own_submission(event value, std::string_view occasion) {
  auto baton = std::make_shared<submission>();
  // No id of an event has a space, so none can be mistaken for it.
  auto key = fmt::format("own {}/{}", value.type, occasion);
  baton->events.push_back({std::move(value), std::move(key), {}, {}});
  return {std::move(baton)};
}

} // namespace tocsin
