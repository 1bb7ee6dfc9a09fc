#pragma once

#include "tests/integration/channels/server_process.hpp"

#include <boost/json/value_to.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::channels {

/// `mail_server.py` as a process of its own.
class mail_server : public server_process {
public:
  /// `arguments` as the script takes them.
  explicit mail_server(std::vector<std::string> arguments)
    : server_process{TOCSIN_MAIL_SERVER, std::move(arguments)} {}

  std::string host() const { return boost::json::value_to<std::string>(hello().at("host")); }

  /// The certificate that the server shows; empty where it shows none.
  std::string ca_file() const { return boost::json::value_to<std::string>(hello().at("ca_file")); }

  /// Tells the commands that come up to and including `last`.
  std::vector<std::string> commands_until(std::string_view last) {
    std::vector<std::string> result;
    do
      result.push_back(boost::json::value_to<std::string>(next().at("command")));
    while (result.back() != last);
    return result;
  }
};

} // namespace tocsin::channels
