#pragma once

#include "messages/recipient.hpp"
#include "storage/engine/codec.hpp"

namespace tocsin::storage {

/// A selection as a field: the included texts, then the excluded ones.
inline void write_selection(record_writer& out, const selection& x) {
  out.texts(x.include).texts(x.exclude);
}

inline selection read_selection(record_reader& in) {
  selection result;
  result.include = in.texts();
  result.exclude = in.texts();
  return result;
}

} // namespace tocsin::storage
