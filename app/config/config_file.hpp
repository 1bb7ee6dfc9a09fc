#pragma once

#include "app/config/config.hpp"
#include "app/config/problem.hpp"

namespace tocsin::app {

/// Reads the TOML document `text` into `values` and notes in `from` where each value stands.
/// `name` is what faults call the file. Appends every fault to `faults`; a document that is not
/// TOML has one, at the place where reading stopped.
void read_config_text(const std::string& text, const std::string& name, config& values,
                      origins& from, std::vector<problem>& faults);

/// The same for the file at `path`.
void read_config_file(const std::filesystem::path& path, config& values, origins& from,
                      std::vector<problem>& faults);

/// Where settings are looked for that nothing names.
inline constexpr auto system_config_file = "/etc/tocsin/tocsin.toml";

/// The file to read: `named`, else that of the variable TOCSIN_CONFIG, else `system_file` where it
/// exists. An empty text names none, and the result is empty where there is none.
std::filesystem::path
find_config_file(const std::filesystem::path& named, const std::filesystem::path& by_variable,
                 const std::filesystem::path& system_file = system_config_file);

} // namespace tocsin::app
