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

} // namespace tocsin::app
