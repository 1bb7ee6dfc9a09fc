#pragma once

#include "messages/recipient.hpp"
#include "storage/engine/codec.hpp"

#include <string>

namespace tocsin::storage {

/// The key of a recipient and of its preference: its kind in one byte, then its name.
inline std::string recipient_key(const recipient_id& x) {
  std::string result(1, static_cast<char>(x.kind));
  result += x.name;
  return result;
}

/// A recipient id as a field: its kind in one byte, then its name as a text.
inline void write_recipient_id(record_writer& out, const recipient_id& x) {
  out.enumerator(x.kind).text(x.name);
}

inline recipient_id read_recipient_id(record_reader& in) {
  recipient_id result;
  result.kind = in.enumerator(recipient_kind::admin, recipient_kind::customer);
  result.name = in.text();
  return result;
}

} // namespace tocsin::storage
