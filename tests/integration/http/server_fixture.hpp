#pragma once

#include "http/server.hpp"
#include "tests/integration/http/raw_client.hpp"
#include "tests/unit/http/fake_backend.hpp"

#include <caf/actor_system_config.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::http {

/// A server on a free port of 127.0.0.1, over fake actors.
class server_fixture : public testing::Test {
protected:
  server_fixture();
  ~server_fixture() override;

  /// Starts the server with `options_`.
  void start();

  fake_world& world() { return *fakes_->world; }

  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::optional<fake_backend> fakes_;
  server_options options_;
  std::unique_ptr<server> server_;
};

/// The text of a request with a token.
std::string text_of(std::string_view verb, std::string_view path, std::string_view body = {},
                    std::string_view more_headers = {});

inline constexpr std::string_view good_event = R"({"event":"deploy.success","message":"x"})";

} // namespace tocsin::http
