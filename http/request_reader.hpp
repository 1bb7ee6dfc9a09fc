#pragma once

#include "http/request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::http {

/// Makes the bytes of a connection into requests, one after the other: what a client pipelines
/// waits for its turn. No I/O.
class request_reader {
public:
  /// Limits in bytes.
  request_reader(size_t max_header_bytes, size_t max_body_bytes);

  /// Goes on to the next request.
  void begin();

  /// Where the next bytes go, of which `commit` says how many have come.
  boost::asio::mutable_buffer room();
  void commit(size_t bytes) { buffer_.commit(bytes); }

  /// Reads what has come, as far as it belongs to this request. Gives what is wrong with it; where
  /// the next one begins is unknown then.
  std::optional<header_fault> read();

  /// Lowers the limit of this request's body, which may be too long already.
  std::optional<header_fault> limit_body(size_t max_bytes);

  /// Drops what has come and was not read.
  void drop() { buffer_.clear(); }

  /// Whether anything of the request has come.
  bool has_begun() const { return buffer_.size() > 0; }
  bool is_header_done() const { return parser_->is_header_done(); }
  bool is_done() const { return parser_->is_done(); }

  /// Whether the answer has no body, as far as the request is known: Beast reads no header before
  /// all of it is there.
  bool is_head() const;

  /// These need the header.
  bool is_version_1_0() const { return parser_->is_version_1_0(); }
  bool keep_alive() const { return parser_->keep_alive(); }
  bool expects_continue() const { return parser_->expects_continue(); }
  const std::string& client_request_id() const { return parser_->client_request_id(); }

  /// As those of `request_parser`.
  request release() { return parser_->release(); }
  request release_head() { return parser_->release_head(); }
  std::string release_body() { return parser_->release_body(); }

private:
  std::string_view unread() const;
  std::optional<header_fault> find_endless_line() const;
  header_fault fault_of(const boost::system::error_code& ec) const;

  size_t max_header_bytes_;
  size_t max_body_bytes_;
  boost::beast::flat_buffer buffer_;
  /// A parser reads one request only, so each gets its own.
  std::optional<request_parser> parser_;
};

} // namespace tocsin::http
