#pragma once

#include <cstdint>
#include <string>

namespace tocsin::cli {

/// `12.3 MiB`.
std::string size_text(uint64_t bytes);

} // namespace tocsin::cli
