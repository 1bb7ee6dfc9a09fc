#pragma once

#include "app/cli/command_line.hpp"
#include "app/cli/table.hpp"
#include "messages/page.hpp"

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::cli {

/// A column of a list: its heading and the member of each entry that it shows.
struct listed_field {
  std::string heading;
  std::string_view member;
  align side = align::left;
  /// Digits after the point of numbers; all of them where it is not set.
  std::optional<int> decimals = std::nullopt;
};

/// A table of the entries of the array `entries`.
std::string list_text(const boost::json::value& entries, const std::vector<listed_field>& fields);

/// Names and values of all members of the object `x` but those in `skipped`; members of members
/// are named as `filters.services.include`.
std::string fields_text(const boost::json::value& x,
                        const std::vector<std::string_view>& skipped = {});

/// Which part of a list is asked for.
struct paging_options {
  uint32_t limit = 50;
  std::string cursor;
};

/// Adds `--limit` and `--cursor`.
void add_paging(CLI::App& command, paging_options& options);

using listed_entries = std::vector<boost::json::value>;

/// All entries of a list of the API, page by page. Errors: as `session::call`.
outcome<listed_entries> read_entries(session& on, const std::string& path,
                                     const query_parameters& parameters = {});

/// Asks for one page of a list and prints it; says on the error stream how to get the next.
exit_code print_list(session& on, const std::string& path, query_parameters parameters,
                     const paging_options& paging, const std::vector<listed_field>& fields);

} // namespace tocsin::cli
