#include "tests/support/running_service.hpp"

#include "app/bootstrap.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace tocsin {

running_service::running_service(app::config settings) : settings_(std::move(settings)) {
  settings_.storage.data_dir = directory_.path() / "data";
  settings_.server.listen = {"127.0.0.1", 0};
  // Tests ask as fast as they can.
  settings_.server.rate_limit = 0;
  start();
  std::ifstream{settings_.storage.data_dir / app::initial_token_file} >> token_;
  api_ = std::make_unique<api_client>(url_, token_);
}

void running_service::restart() {
  service_.reset();
  start();
  api_ = std::make_unique<api_client>(url_, token_);
}

void running_service::start() {
  auto started = app::service::start(settings_, [](const std::string& reason) {
    ADD_FAILURE() << "an essential actor died: " << reason;
  });
  if (!started)
    throw std::runtime_error("the service does not start: " + started.error().text);
  service_ = std::move(*started);
  url_ = "http://127.0.0.1:" + std::to_string(service_->port());
}

} // namespace tocsin
