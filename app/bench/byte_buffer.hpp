#pragma once

#include <boost/asio/buffer.hpp>

#include <string_view>
#include <vector>

namespace tocsin::bench {

/// Bytes that were read from a socket and not yet taken. Not thread-safe.
class byte_buffer {
public:
  std::string_view text() const { return {bytes_.data() + begin_, end_ - begin_}; }

  /// Free space to read into: at least 4 KiB.
  boost::asio::mutable_buffer space();

  /// Counts `n` bytes that were read into `space`.
  void commit(size_t n) { end_ += n; }

  /// Drops the first `n` bytes of `text`.
  void consume(size_t n);

  void clear() { begin_ = end_ = 0; }

private:
  std::vector<char> bytes_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

} // namespace tocsin::bench
