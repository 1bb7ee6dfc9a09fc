#pragma once

#include "messages/failure.hpp"
#include "storage/engine/environment.hpp"
#include "storage/files/fault_sink.hpp"

#include <memory>

namespace tocsin::storage {

/// Opens the storage in `options.directory`, or makes a new one there; what an older program stored
/// is migrated. `on_unreadable` is told of each record of an older schema that cannot be read; it
/// stays as it is. Errors: as `environment::open`.
expected<std::shared_ptr<environment>> open_environment(const environment::options& options,
                                                        const fault_sink& on_unreadable
                                                        = ignore_fault);

} // namespace tocsin::storage
