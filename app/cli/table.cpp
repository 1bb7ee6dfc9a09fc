#include "app/cli/table.hpp"

#include "app/cli/display_width.hpp"
#include "messages/text.hpp"

#include <algorithm>

namespace tocsin::cli {

namespace {

void append_row(std::string& out, const std::vector<std::string>& cells,
                const std::vector<column>& columns, const std::vector<size_t>& widths) {
  std::string line;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i > 0)
      line += "  ";
    std::string blanks(widths[i] - display_width(cells[i]), ' ');
    line += columns[i].side == align::right ? blanks + cells[i] : cells[i] + blanks;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line;
  out += '\n';
}

} // namespace

table::table(std::vector<column> columns) : columns_(std::move(columns)) {}

table table::of_fields() {
  return table{{{}, {}}};
}

void table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (auto& cell : cells)
    cell = clean_line(std::move(cell));
  rows_.push_back(std::move(cells));
}

std::string table::text() const {
  std::vector<std::string> headings;
  std::vector<size_t> widths;
  for (const auto& x : columns_) {
    headings.push_back(x.heading);
    widths.push_back(display_width(x.heading));
  }
  for (const auto& row : rows_)
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i]));
  std::string result;
  auto named = [](const column& x) { return !x.heading.empty(); };
  if (std::any_of(columns_.begin(), columns_.end(), named))
    append_row(result, headings, columns_, widths);
  for (const auto& row : rows_)
    append_row(result, row, columns_, widths);
  return result;
}

} // namespace tocsin::cli
