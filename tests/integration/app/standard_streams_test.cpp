#include "storage/upkeep/store_view.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/service_process.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace tocsin {

namespace {

TEST(standard_streams, that_are_missing_are_not_the_database) {
  service_process service{{"log.level=info"}};
  // What is written to a file that was there before begins at its first byte.
  service.start();
  ASSERT_EQ(service.stop(), 0);
  service.start_without_streams();
  api_client api{service.url(), service.token()};
  EXPECT_EQ(api.post("/events", R"({"event":"deploy.failure","message":"m"})").status, 202);
  EXPECT_EQ(service.stop(), 0);
  auto view = storage::store_view::open(service.data_dir());
  ASSERT_TRUE(view) << view.error().detail;
  auto checked = view->check([](const std::string& fault) { ADD_FAILURE() << fault; });
  ASSERT_TRUE(checked) << checked.error().detail;
  EXPECT_GT(checked->entries, 0u);
}

TEST(standard_streams, that_take_no_output_make_the_program_fail) {
  auto exit_code_of = [](const std::string& words) {
    auto status = std::system(("'" TOCSIND_PROGRAM "' " + words).c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  for (std::string flag : {"--version", "--help", "--check-config"})
    for (std::string output : {" >&-", " >/dev/full", " <&- >&- 2>&-"})
      EXPECT_EQ(exit_code_of(flag + output), 7) << flag << output;
  EXPECT_EQ(exit_code_of("--version <&- 2>&-"), 0);
  EXPECT_EQ(exit_code_of("--no-such-flag >&-"), 64) << "what went wrong first counts";
}

} // namespace

} // namespace tocsin
