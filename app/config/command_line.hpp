#pragma once

#include "app/config/config.hpp"
#include "app/config/exit_code.hpp"

#include <boost/system/result.hpp>

#include <map>
#include <string>
#include <vector>

namespace tocsin::app {

/// Environment variables by name.
using environment = std::map<std::string, std::string, std::less<>>;

/// The variables of this process.
environment process_environment();

/// What `tocsind` was told to do.
struct launch {
  config settings;
  /// The file that was read; empty: none.
  std::filesystem::path config_file;
  /// Where to write `{"pid":…,"port":…,"url":"…"}` once ready; empty: nowhere.
  std::filesystem::path ready_file;
  /// To look at the files that the settings name, say what is wrong, and end.
  bool check_only = false;
};

/// A reason to end before anything starts: help, version, or what is wrong.
struct early_exit {
  exit_code code = exit_code::ok;
  /// For standard output where `code` is ok, otherwise for standard error; ends in a newline.
  std::string text;
};

/// Puts the settings together: file, over it `TOCSIN_<SECTION>_<KEY>` variables, over those flags.
/// The file is `--config`, else `TOCSIN_CONFIG`, else /etc/tocsin/tocsin.toml where it exists.
/// `arguments` are those after the program's name.
/// Errors: usage; bad_configuration with one line for every fault in file, variables and flags.
boost::system::result<launch, early_exit> read_command_line(std::vector<std::string> arguments,
                                                            const environment& variables);

/// Makes `result::value()` on an early exit throw; only a bug gets there.
[[noreturn]] void throw_exception_from_error(const early_exit& x,
                                             const boost::source_location& where);

} // namespace tocsin::app
