#include "app/cli/listing.hpp"

#include "app/cli/json_text.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace tocsin::cli {

namespace {

void add_fields(table& rows, const std::string& name, const boost::json::value& x) {
  if (const auto* object = x.if_object(); object && !object->empty()) {
    for (const auto& [key, value] : *object)
      add_fields(rows, fmt::format("{}.{}", name, std::string_view{key}), value);
    return;
  }
  auto text = cell(x);
  rows.add({name, text.empty() || text == "{}" ? "-" : text});
}

/// The member of a member where `path` has a point.
const boost::json::value& member_at(const boost::json::value& x, std::string_view path) {
  auto point = path.find('.');
  if (point == std::string_view::npos)
    return member(x, path);
  return member_at(member(x, path.substr(0, point)), path.substr(point + 1));
}

std::string cell_of(const boost::json::value& entry, const listed_field& field) {
  const auto& x = member_at(entry, field.member);
  if (field.decimals && x.is_number())
    return fmt::format("{:.{}f}", x.to_number<double>(), *field.decimals);
  return cell(x);
}

} // namespace

std::string list_text(const boost::json::value& entries, const std::vector<listed_field>& fields) {
  std::vector<column> columns;
  for (const auto& x : fields)
    columns.push_back({x.heading, x.side});
  table rows{columns};
  if (const auto* list = entries.if_array())
    for (const auto& entry : *list) {
      std::vector<std::string> cells;
      for (const auto& x : fields)
        cells.push_back(cell_of(entry, x));
      rows.add(std::move(cells));
    }
  return rows.text();
}

std::string fields_text(const boost::json::value& x, const std::vector<std::string_view>& skipped) {
  auto rows = table::of_fields();
  if (const auto* object = x.if_object())
    for (const auto& [key, value] : *object)
      if (std::find(skipped.begin(), skipped.end(), std::string_view{key}) == skipped.end())
        add_fields(rows, std::string{key}, value);
  return rows.text();
}

void add_paging(CLI::App& command, paging_options& options) {
  command
    .add_option("--limit", options.limit,
                fmt::format("How many entries, 1 to {}", max_page_entries))
    ->check(CLI::Range(1u, max_page_entries))
    ->capture_default_str();
  command.add_option("--cursor", options.cursor, "Continue where an earlier list ended");
}

outcome<listed_entries> read_entries(session& on, const std::string& path,
                                     const query_parameters& parameters) {
  listed_entries result;
  for (std::string cursor;;) {
    auto query = parameters;
    query.emplace_back("limit", std::to_string(max_page_entries));
    query.emplace_back("cursor", cursor);
    auto page = on.call({"GET", path + url_query(query), {}, {}});
    if (!page)
      return page.error();
    if (const auto* entries = member(page->value, "data").if_array())
      result.insert(result.end(), entries->begin(), entries->end());
    const auto* next = member(page->value, "next_cursor").if_string();
    if (!next)
      return result;
    cursor = std::string{*next};
  }
}

exit_code print_list(session& on, const std::string& path, query_parameters parameters,
                     const paging_options& paging, const std::vector<listed_field>& fields) {
  parameters.emplace_back("limit", fmt::format("{}", paging.limit));
  parameters.emplace_back("cursor", paging.cursor);
  auto reply = on.call({"GET", path + url_query(parameters), {}, {}});
  if (!reply)
    return reply.error();
  on.print(*reply,
           [&fields](const boost::json::value& x) { return list_text(member(x, "data"), fields); });
  if (on.format() == output_format::table && member(reply->value, "next_cursor").is_string())
    on.around().err << "There are more: --cursor " << cell(reply->value, "next_cursor") << '\n';
  return exit_code::ok;
}

} // namespace tocsin::cli
