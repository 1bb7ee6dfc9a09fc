#pragma once

#include "app/cli/http_client.hpp"

#include <boost/json/value.hpp>

#include <map>
#include <string>

namespace tocsin {

/// What the API answered.
struct api_reply {
  int status = 0;
  boost::json::value body;

  /// The text at a JSON pointer; empty if there is none.
  std::string text(std::string_view pointer) const;
};

/// Calls the API of a running service. A call that gets no answer fails the test, but for
/// `try_send`.
class api_client {
public:
  api_client(std::string base_url, std::string token);

  api_reply get(const std::string& path) { return call("GET", path, ""); }
  api_reply post(const std::string& path, const std::string& body) {
    return call("POST", path, body);
  }
  api_reply put(const std::string& path, const std::string& body) {
    return call("PUT", path, body);
  }
  api_reply patch(const std::string& path, const std::string& body) {
    return call("PATCH", path, body);
  }
  api_reply remove(const std::string& path) { return call("DELETE", path, ""); }

  api_reply call(const std::string& method, const std::string& path, const std::string& body,
                 std::vector<std::string> headers = {});

  /// As `call`; nothing if no answer came.
  expected<api_reply> try_call(const std::string& method, const std::string& path,
                               const std::string& body, std::vector<std::string> headers = {});

private:
  cli::http_client client_;
};

/// The state of every delivery in the log, by the delivery's id.
std::map<std::string, std::string> states_of_deliveries(api_client& from);

} // namespace tocsin
