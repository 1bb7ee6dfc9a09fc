#include "storage/engine/database.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>
#include <string>

namespace tocsin::storage {

namespace {

TEST(storage_format_page, gives_each_database_the_number_that_the_journal_writes) {
  std::ostringstream page;
  page << std::ifstream{TOCSIN_STORAGE_FORMAT}.rdbuf();
  for (size_t i = 0; i < database_count; ++i) {
    auto head = fmt::format("\n### `{}` ({})", to_string(static_cast<database>(i)), i);
    EXPECT_THAT(page.str(), ::testing::HasSubstr(head));
  }
}

} // namespace

} // namespace tocsin::storage
