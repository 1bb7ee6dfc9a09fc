#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tocsin::tests {

struct fake_request {
  std::string method;
  std::string target;
  std::string body;
  /// By lower-case name.
  std::map<std::string, std::string> headers;
};

struct fake_reply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  /// Left out where it is empty.
  std::string retry_after = {};
};

/// An HTTP/1.1 server on 127.0.0.1 and a port of its own, with a thread per connection. It lives
/// as long as the object.
class fake_api {
public:
  /// Called by several threads at once.
  using handler = std::function<fake_reply(const fake_request&)>;

  explicit fake_api(handler answer);
  ~fake_api();

  /// `http://127.0.0.1:PORT`.
  std::string url() const;

  /// What was asked until now, in the order of arrival.
  std::vector<fake_request> requests() const;

private:
  class server;
  std::unique_ptr<server> server_;
};

} // namespace tocsin::tests
