#pragma once

#include <cstdlib>
#include <string_view>

namespace tocsin {

/// Whether the long versions of tests are asked for: `bin/check --soak` sets TOCSIN_SOAK=1.
inline bool is_soak() {
  auto value = std::getenv("TOCSIN_SOAK");
  return value && std::string_view{value} == "1";
}

/// The size of a test: `quick` in every run, `full` in the long one.
template <class T>
T quick_or_full(T quick, T full) {
  return is_soak() ? full : quick;
}

} // namespace tocsin
