#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin {

/// Writes the details of an event piece by piece, as a JSON parser reads them: without white space,
/// numbers digit for digit, texts and keys repaired. The pieces must come in the order of JSON.
class details_writer {
public:
  /// Begins an object with `{` or an array with `[`; the first is that of the details themselves.
  void open(char bracket);

  /// Ends the innermost one with `}` or `]`.
  void close(char bracket);

  void key(std::string text);
  void text(std::string text);

  /// A number, `true`, `false` or `null`, as it is written.
  void literal(std::string_view text);

  /// Whether the object of the details has begun and not ended.
  bool is_open() const { return depth_ > 0; }

  /// Gives what was written, and starts over; empty for an object without members.
  std::string take();

private:
  /// Writes the comma between two members, where one is due.
  void separate();

  std::string out_;
  size_t depth_ = 0;
  bool needs_comma_ = false;
};

} // namespace tocsin
