#include "app/uncaught.hpp"

#include "app/config/exit_code.hpp"
#include "app/log/log.hpp"

#include <cstdlib>
#include <exception>

namespace tocsin::app {

namespace {

[[noreturn]] void end_with_reason() {
  auto fault = std::current_exception();
  if (!fault)
    std::abort();
  try {
    std::rethrow_exception(fault);
  } catch (const std::exception& x) {
    log_event(log_level::error, "cannot go on", {{"reason", std::string{x.what()}}});
    std::_Exit(static_cast<int>(exit_code::internal_error));
  } catch (...) {
    std::abort();
  }
}

} // namespace

void log_uncaught_exceptions() {
  std::set_terminate(end_with_reason);
}

} // namespace tocsin::app
