#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tocsin::channels {

/// A request as the server received it.
struct received_request {
  std::string method;
  std::string path;
  /// Names in lower case.
  std::multimap<std::string, std::string> headers;
  std::string body;
  /// Counts the connections from 1.
  uint64_t connection = 0;
};

/// What the server does about a request.
struct reply_plan {
  /// The whole reply as it goes out.
  std::string bytes;
  /// Afterwards: keep the connection, close it, reset it (RST).
  enum class then { keep, close, reset } after = then::keep;
  /// Sends `bytes` again and again until the client is gone.
  bool endless = false;
};

/// An HTTP/1.1 reply with a body.
std::string http_reply(std::string_view status, std::string_view body,
                       std::string_view extra_headers = "");

/// A small HTTP server on 127.0.0.1 and a port of its own, one thread, connections kept open.
class loopback_server {
public:
  using handler = std::function<reply_plan(const received_request&)>;

  /// `answer` is called on the server's thread.
  explicit loopback_server(handler answer);

  /// Answers everything with the same bytes and does not look at the requests: for measuring.
  explicit loopback_server(std::string fixed_reply);

  ~loopback_server();

  loopback_server(const loopback_server&) = delete;
  loopback_server& operator=(const loopback_server&) = delete;

  uint16_t port() const { return port_; }
  std::string url(std::string_view path) const;
  uint64_t connections() const { return connections_; }
  uint64_t requests() const { return requests_; }

private:
  struct connection {
    uint64_t number = 0;
    std::string in;
    std::string out;
    reply_plan::then after = reply_plan::then::keep;
    std::string endless;
  };

  void open();
  void run();
  void accept_one();
  void on_readable(int fd);
  bool take_request(connection& x);
  void flush(int fd);
  void drop(int fd, bool reset);

  handler answer_;
  std::string fixed_reply_;
  int listener_ = -1;
  int epoll_ = -1;
  int wake_ = -1;
  uint16_t port_ = 0;
  std::atomic<uint64_t> connections_ = 0;
  std::atomic<uint64_t> requests_ = 0;
  std::map<int, connection> open_;
  std::thread thread_;
};

} // namespace tocsin::channels
