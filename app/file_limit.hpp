#pragma once

#include <cstddef>
#include <cstdint>

namespace tocsin::app {

/// Lets the process open as many files as the system allows it at all: each connection is one.
void raise_file_limit();

/// How many files the process may open.
uint64_t file_limit();

/// How many HTTP requests may be under way, or have their connection kept, where `files` may be
/// open: as many as are `wanted`, or else a quarter, and at most 2048, as each may take some 50 kB
/// with TLS. Fewer where that would not leave 64 files, and as many again for name lookups and
/// clients, but always one.
size_t requests_for(uint64_t files, size_t wanted);

} // namespace tocsin::app
