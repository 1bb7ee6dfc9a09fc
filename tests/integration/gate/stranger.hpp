#pragma once

#include "link/connection.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::gate {

/// A client that does as it likes: plain bytes, or frames over TLS.
class stranger {
public:
  /// Connects to 127.0.0.1, from an address in 127.0.0.0/8; says nothing yet.
  explicit stranger(uint16_t port, const std::string& from = "127.0.0.1");

  void send(std::string_view bytes);

  /// Whether the other end closes within so long; what it says before is dropped.
  bool is_closed_within(std::chrono::milliseconds limit);

private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_{context_};
};

/// A client with a certificate that speaks frames, or what it takes for frames.
class tls_stranger {
public:
  /// Connects and shakes hands. Of TLS 1.3 this end may take it to be done when the other refuses.
  tls_stranger(uint16_t port, const link::credential_files& files);

  /// Sends bytes as they are, over TLS.
  void send(std::string_view bytes);
  void send_frame(link::frame_kind kind, std::string_view payload);

  /// Reads the next frame; nothing if the other end closes.
  std::optional<std::pair<link::frame_kind, std::string>> read();

  /// Reads up to a frame of this kind; nothing if the other end closes before.
  std::optional<std::string> read_until(link::frame_kind kind);

private:
  link::tls_context credentials_;
  boost::asio::io_context context_;
  link::tls_stream stream_;
  std::string buffer_;
};

} // namespace tocsin::gate
