#pragma once

#include "messages/protocol/metrics.hpp"

namespace tocsin {

/// What this process takes from the system at this moment. What cannot be found out is 0.
/// Costs some calls to the kernel, more where many files are open. Any thread.
process_metrics measure_process();

} // namespace tocsin
