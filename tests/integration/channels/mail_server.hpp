#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace tocsin::channels {

/// `mail_server.py` as a process of its own.
class mail_server {
public:
  /// `arguments` as the script takes them.
  explicit mail_server(std::vector<std::string> arguments);
  ~mail_server();

  mail_server(const mail_server&) = delete;
  mail_server& operator=(const mail_server&) = delete;

  uint16_t port() const { return port_; }

  /// The certificate that the server shows; empty where it shows none.
  const std::string& ca_file() const { return ca_file_; }

  /// What the server tells next: a mail or a command. Waits for it; throws after ten seconds.
  boost::json::object next();

  /// Tells the commands that come up to and including `last`.
  std::vector<std::string> commands_until(std::string_view last);

private:
  pid_t process_ = -1;
  int to_server_ = -1;
  int from_server_ = -1;
  std::string unread_;
  uint16_t port_ = 0;
  std::string ca_file_;
};

} // namespace tocsin::channels
