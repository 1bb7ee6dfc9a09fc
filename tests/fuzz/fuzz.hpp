#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

/// What the fuzz targets share: the input taken to pieces, and a way to say what is wrong.
namespace tocsin::fuzz {

/// Ends the run with `what` unless `holds`; libFuzzer then writes the input to a file.
inline void expect(bool holds, std::string_view what) {
  if (holds)
    return;
  std::fprintf(stderr, "violated: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

/// Splits an input at its lines of a single `%`, so that a corpus can be read and written by hand.
class pieces {
public:
  pieces(const uint8_t* data, size_t size) : rest_{reinterpret_cast<const char*>(data), size} {}

  /// The next piece; empty after the last one.
  std::string next() {
    constexpr std::string_view mark = "\n%\n";
    auto end = rest_.find(mark);
    std::string result{rest_.substr(0, end)};
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + mark.size());
    return result;
  }

  /// The next piece as a number of the range 0 to `limit` - 1.
  size_t number(size_t limit) {
    auto text = next();
    size_t result = 0;
    for (char c : text)
      result = result * 10 + static_cast<unsigned char>(c - '0');
    return result % limit;
  }

private:
  std::string_view rest_;
};

} // namespace tocsin::fuzz
