#pragma once

#include "app/service.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/temporary_directory.hpp"

#include <memory>
#include <string>

namespace tocsin {

/// The whole service within the test's process, on a port and in a directory of its own.
class running_service {
public:
  /// Starts with `settings`, whose directory and port are replaced.
  explicit running_service(app::config settings = {});

  /// Drains, stops and starts again on the same directory.
  void restart();

  void stop() { service_.reset(); }

  api_client& api() { return *api_; }

  uint16_t gate_port() const { return service_->gate_port(); }

  const std::string& url() const { return url_; }
  const std::string& token() const { return token_; }
  const std::filesystem::path& data_dir() const { return settings_.storage.data_dir; }

private:
  void start();

  temporary_directory directory_;
  app::config settings_;
  std::unique_ptr<app::service> service_;
  std::string url_;
  std::string token_;
  std::unique_ptr<api_client> api_;
};

} // namespace tocsin
