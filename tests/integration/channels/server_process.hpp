#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tocsin::channels {

/// A server in Python as a process of its own. It tells what happens to it in JSON, an object per
/// line, the first with its `port`, and ends when it is destroyed.
class server_process {
public:
  /// Runs `script` with `arguments` and waits until it serves.
  server_process(std::string script, std::vector<std::string> arguments);
  ~server_process();

  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  uint16_t port() const { return port_; }

  /// The first thing it told.
  const boost::json::object& hello() const { return hello_; }

  /// What it tells next. Waits for it; throws after thirty seconds.
  boost::json::object next();

private:
  pid_t process_ = -1;
  int to_server_ = -1;
  int from_server_ = -1;
  std::string unread_;
  boost::json::object hello_;
  uint16_t port_ = 0;
};

} // namespace tocsin::channels
