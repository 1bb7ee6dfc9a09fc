#pragma once

#include <string_view>

namespace tocsin::app {

/// How many letters must be put in, taken out, changed or swapped with their neighbour to make
/// `a` of `b`.
unsigned edit_distance(std::string_view a, std::string_view b);

/// The farthest distance at which a known name still reads as what was meant by `name`.
unsigned tolerated_distance(std::string_view name);

} // namespace tocsin::app
