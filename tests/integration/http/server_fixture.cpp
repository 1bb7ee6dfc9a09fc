#include "tests/integration/http/server_fixture.hpp"

namespace tocsin::http {

server_fixture::server_fixture() {
  config_.set("scheduler.max-threads", 1);
  system_ = std::make_unique<caf::actor_system>(config_);
  fakes_.emplace(*system_);
  options_.port = 0;
}

server_fixture::~server_fixture() {
  server_.reset();
  fakes_.reset();
}

void server_fixture::start() {
  auto started = server::start(*system_, options_, fakes_->actors);
  ASSERT_TRUE(started) << started.error().detail;
  server_ = std::move(*started);
}

std::string text_of(std::string_view verb, std::string_view path, std::string_view body,
                    std::string_view more_headers) {
  std::string result;
  result.append(verb).append(" ").append(path).append(" HTTP/1.1\r\nHost: x\r\n");
  result.append("Authorization: Bearer all\r\n").append(more_headers);
  if (!body.empty()) {
    result.append("Content-Type: application/json\r\nContent-Length: ");
    result.append(std::to_string(body.size())).append("\r\n");
  }
  return result.append("\r\n").append(body);
}

} // namespace tocsin::http
