#pragma once

#include "tests/support/running_service.hpp"
#include "tests/support/standin/provider_standin.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace tocsin {

/// A running service whose providers are played by the stand-in.
class service_fixture : public testing::Test {
protected:
  service_fixture();

  /// Adds a channel out of its JSON object and gives its id.
  std::string add_channel(const std::string& draft);

  /// Adds a webhook channel that sends to the stand-in's webhook `name`.
  std::string add_webhook(const std::string& name);

  /// Sends an event of `type` and gives its id.
  std::string send(const std::string& type, const std::string& more = "");

  /// Waits until the API shows what is wanted, and gives it.
  api_reply wait_until(const std::string& path, const std::function<bool(api_reply&)>& wanted);

  /// Waits until all deliveries of an event have ended, and gives the event.
  api_reply wait_until_ended(const std::string& event);

  static std::chrono::steady_clock::time_point deadline() {
    return std::chrono::steady_clock::now() + std::chrono::seconds{20};
  }

  api_client& api() { return service->api(); }

  standin::provider_standin providers;
  std::unique_ptr<running_service> service;
};

} // namespace tocsin
