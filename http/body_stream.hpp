#pragma once

#include "http/body_source.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <utility>

namespace tocsin::http {

/// What a body that goes on may take of a client's patience, and the client of ours.
struct body_stream_limits {
  /// For writing a piece.
  std::chrono::milliseconds transfer_timeout;
  /// What the client may send meanwhile, though it has nothing to say.
  size_t max_read_bytes;
};

/// Writes a body that goes on, piece by piece, and watches whether there is still somebody to read
/// it. `Stream` is a `plain_stream` or a `tls_stream`, which belongs to the same owner and on whose
/// thread all of it happens.
template <class Stream>
class body_stream {
public:
  using steady = std::chrono::steady_clock;

  /// `chunked`: whether pieces are chunks (RFC 9112 §7.1). `owner` is kept alive by what is under
  /// way. `on_end(true)` follows the last piece, `on_end(false)` the loss of the client.
  body_stream(Stream& stream, std::shared_ptr<body_source> source, bool chunked,
              body_stream_limits limits, std::weak_ptr<void> owner,
              std::function<void(bool)> on_end)
    : stream_(stream),
      source_(std::move(source)),
      chunked_(chunked),
      limits_(limits),
      owner_(std::move(owner)),
      on_end_(std::move(on_end)) {}

  void start() {
    keep_little_unsent();
    watch_client();
    write_next_piece();
  }

  /// When the owner is to give the client up.
  steady::time_point deadline() const { return deadline_; }

  /// Lets go of the source; `on_end` is not called any more.
  void close() {
    on_end_ = nullptr;
    if (auto source = std::exchange(source_, nullptr))
      source->close();
  }

private:
  using error_code = boost::system::error_code;

  /// What the kernel may hold of a body that is not read (it takes twice as much).
  static constexpr int send_buffer_bytes = 64 * 1024;

  /// `f` as the end of an operation, which means nothing once the stream is closed.
  template <class F>
  auto unless_closed(F f) {
    return [this, owner = owner_.lock(), f](auto... x) {
      if (on_end_)
        f(std::move(x)...);
    };
  }

  /// And drops a client that is gone without a word.
  void keep_little_unsent() {
    error_code ignored;
    auto& socket = stream_.socket();
    socket.set_option(boost::asio::socket_base::send_buffer_size{send_buffer_bytes}, ignored);
    auto patience = static_cast<unsigned>(limits_.transfer_timeout.count());
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &patience,
                 sizeof(patience));
  }

  /// Reads only to notice that the client has gone; it has nothing to say before the body ends.
  void watch_client() {
    stream_.bytes().async_read_some(boost::asio::buffer(unwanted_),
                                    unless_closed([this](error_code ec, size_t count) {
                                      read_in_vain_ += count;
                                      if (is_over_ || ec || read_in_vain_ > limits_.max_read_bytes)
                                        return finish();
                                      watch_client();
                                    }));
  }

  void write_next_piece() {
    deadline_ = steady::time_point::max();
    source_->next(unless_closed([this](std::string piece) { write_piece(std::move(piece)); }));
  }

  void write_piece(std::string piece) {
    auto is_last = piece.empty();
    head_ = chunked_ ? fmt::format("{:x}\r\n", piece.size()) : std::string{};
    piece_ = std::move(piece);
    if (chunked_)
      piece_ += "\r\n";
    deadline_ = steady::now() + limits_.transfer_timeout;
    std::array<boost::asio::const_buffer, 2> bytes{boost::asio::buffer(head_),
                                                   boost::asio::buffer(piece_)};
    boost::asio::async_write(stream_.bytes(), bytes,
                             unless_closed([this, is_last](error_code ec, size_t) {
                               if (ec)
                                 return finish();
                               is_last ? end() : write_next_piece();
                             }));
  }

  /// Ends the read that watches the client first, as nothing else may be read meanwhile.
  void end() {
    is_over_ = true;
    std::exchange(source_, nullptr)->close();
    error_code ignored;
    stream_.socket().cancel(ignored);
  }

  void finish() { std::exchange(on_end_, nullptr)(is_over_); }

  Stream& stream_;
  std::shared_ptr<body_source> source_;
  bool chunked_;
  body_stream_limits limits_;
  std::weak_ptr<void> owner_;
  std::function<void(bool)> on_end_;
  steady::time_point deadline_ = steady::time_point::max();
  /// The piece that is written, and what goes before it.
  std::string head_;
  std::string piece_;
  std::array<char, 1024> unwanted_;
  size_t read_in_vain_ = 0;
  /// The last piece has been written.
  bool is_over_ = false;
};

} // namespace tocsin::http
