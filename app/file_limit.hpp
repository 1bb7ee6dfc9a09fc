#pragma once

#include <cstddef>
#include <cstdint>

namespace tocsin::app {

/// Lets the process open as many files as the system allows it at all: each connection is one.
void raise_file_limit();

/// How many files the process may open.
uint64_t file_limit();

/// How many HTTP requests may be under way where `files` may be open: a quarter, which leaves room
/// for connections that are kept open, name lookups, clients and the storage; at least 64, and at
/// most 2048, as each may take some 50 kB with TLS.
size_t requests_for(uint64_t files);

} // namespace tocsin::app
