#include "app/config/exit_code.hpp"

#include <array>

namespace tocsin::app {

std::span<const exit_code_info> exit_codes() {
  static constexpr std::array<exit_code_info, 7> table{{
    {exit_code::ok, "stopped as requested, or the check found no fault"},
    {exit_code::output_lost,
     "the help, the version or the result of the check could not be written in full"},
    {exit_code::usage, "the command line is wrong"},
    {exit_code::port_taken, "the address to listen on is in use or not this machine's, or the "
                            "process may not use the port"},
    {exit_code::internal_error, "an internal fault; the log says which"},
    {exit_code::storage_unusable,
     "the data directory, the database, the key file or the ready file cannot be used"},
    {exit_code::bad_configuration, "a setting is unknown or invalid; every fault is listed"},
  }};
  return table;
}

} // namespace tocsin::app
