#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

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
  /// `from` is the address of this side.
  explicit raw_client(uint16_t port, const char* from = "127.0.0.1");
  virtual ~raw_client();

  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  /// False if the server has closed.
  bool send(std::string_view text);

  /// Tells the server that nothing more will come.
  void end_sending();

  /// The next response; nothing if the connection ends before it is whole.
  std::optional<raw_response> read(bool has_body = true);

  /// The next chunk of a body that comes in chunks, empty at its end; nothing if the connection
  /// ends before.
  std::optional<std::string> read_chunk();

  /// Whether the server has said something, or closed.
  bool has_input() const;

  /// Waits for the server to close; false if it sends something or stays.
  bool sees_close();

  /// Reads until `text` has come; false if the connection ends before.
  bool read_until(std::string_view text);

protected:
  /// What `::send` and `::recv` do, and return.
  virtual ssize_t transmit(const char* bytes, size_t size);
  virtual ssize_t receive(char* bytes, size_t size);

  int socket_;

private:
  bool fill();

  std::string buffer_;
};

} // namespace tocsin::http
