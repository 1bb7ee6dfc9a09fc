#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::http {

/// A response as it came over the wire.
struct raw_response {
  unsigned status = 0;
  /// By lower-case name.
  std::map<std::string, std::string> headers;
  std::string body;
};

/// A TCP connection to 127.0.0.1 that sends what a test wants, right or wrong. Reads give up after
/// twenty seconds.
class raw_client {
public:
  explicit raw_client(uint16_t port);
  ~raw_client();

  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  /// False if the server has closed.
  bool send(std::string_view text);

  /// Tells the server that nothing more will come.
  void end_sending();

  /// The next response; nothing if the connection ends before it is whole.
  std::optional<raw_response> read(bool has_body = true);

  /// Waits for the server to close; false if it sends something or stays.
  bool sees_close();

  /// Reads until `text` has come; false if the connection ends before.
  bool read_until(std::string_view text);

private:
  bool fill();

  int socket_;
  std::string buffer_;
};

} // namespace tocsin::http
