#pragma once

#include "messages/failure.hpp"

#include <functional>
#include <string>

namespace tocsin::storage {

/// Takes one fault that was found in the storage, a sentence that says where it is.
using fault_sink = std::function<void(const std::string&)>;

/// A sink that drops what it is given.
inline void ignore_fault(const std::string&) {}

/// Whether a record is to blame and not the disk: it will be no better when it is read again.
inline bool is_unreadable(const failure& x) {
  return x.code == errc::storage_corrupt || x.code == errc::storage_too_new;
}

} // namespace tocsin::storage
