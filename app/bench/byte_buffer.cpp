#include "app/bench/byte_buffer.hpp"

#include <algorithm>

namespace tocsin::bench {

namespace {

constexpr size_t least_space = 4096;

} // namespace

boost::asio::mutable_buffer byte_buffer::space() {
  if (bytes_.size() - end_ < least_space) {
    std::copy(bytes_.begin() + static_cast<std::ptrdiff_t>(begin_),
              bytes_.begin() + static_cast<std::ptrdiff_t>(end_), bytes_.begin());
    end_ -= begin_;
    begin_ = 0;
    if (bytes_.size() - end_ < least_space)
      bytes_.resize(std::max(2 * bytes_.size(), 4 * least_space));
  }
  return {bytes_.data() + end_, bytes_.size() - end_};
}

void byte_buffer::consume(size_t n) {
  begin_ += n;
  if (begin_ == end_)
    clear();
}

} // namespace tocsin::bench
