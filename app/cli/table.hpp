#pragma once

#include <string>
#include <vector>

namespace tocsin::cli {

enum class align { left, right };

struct column {
  std::string heading;
  align side = align::left;
};

/// Rows of cells, printed in columns as wide as their widest cell, two blanks apart.
/// Cells may hold anything: controls and line breaks are taken out, so that nothing a provider or
/// a sender wrote can move the cursor. Not thread-safe.
class table {
public:
  explicit table(std::vector<column> columns);

  /// A table of names and values without headings.
  static table of_fields();

  /// Adds a row; cells that are not given are empty, those without a column are dropped.
  void add(std::vector<std::string> cells);

  bool empty() const { return rows_.empty(); }

  /// The lines, each with its line feed, headings first if there are any.
  std::string text() const;

private:
  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

} // namespace tocsin::cli
