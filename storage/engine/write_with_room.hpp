#pragma once

#include "messages/failure.hpp"

#include <type_traits>

namespace tocsin::storage {

/// Calls `write_some`, which writes to `env` and commits, and again with a larger map as long as it
/// fails because that is full. Returns what it returned last, or what kept the map from growing.
/// `env` is an environment or its state. The writer's thread only.
template <class Env, class Write>
std::invoke_result_t<Write> write_with_room(Env& env, Write write_some) {
  for (;;) {
    auto result = write_some();
    if (result || !env.map_is_full())
      return result;
    if (auto grown = env.grow(); !grown)
      return grown.error();
  }
}

} // namespace tocsin::storage
