#pragma once

#include "storage/transaction.hpp"

#include <string>

namespace tocsin::storage {

/// Everything that `tx` can see, read through the repositories, one object per line: two storages
/// hold the same if and only if their dumps are equal.
std::string dump(const transaction& tx);

} // namespace tocsin::storage
