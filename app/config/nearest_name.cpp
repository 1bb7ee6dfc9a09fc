#include "app/config/nearest_name.hpp"

#include <algorithm>
#include <vector>

namespace tocsin::app {

unsigned edit_distance(std::string_view a, std::string_view b) {
  // Optimal string alignment: rows of the table for the first i - 1, i and i + 1 letters of `a`.
  std::vector<unsigned> before(b.size() + 1);
  std::vector<unsigned> row(b.size() + 1);
  std::vector<unsigned> next(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    row[j] = static_cast<unsigned>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    next[0] = static_cast<unsigned>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        next[j] = std::min(next[j], before[j - 2] + 1);
    }
    std::swap(before, row);
    std::swap(row, next);
  }
  return row[b.size()];
}

unsigned tolerated_distance(std::string_view name) {
  return std::max(1U, static_cast<unsigned>(name.size() / 4));
}

} // namespace tocsin::app
