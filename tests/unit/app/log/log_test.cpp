#include "app/log/log.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <spdlog/spdlog.h>

using namespace tocsin::app;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::internal::CaptureStderr;
using testing::internal::GetCapturedStderr;

namespace {

std::string logged(log_config settings, const std::function<void()>& work) {
  CaptureStderr();
  start_logging(settings);
  work();
  spdlog::default_logger()->flush();
  return GetCapturedStderr();
}

} // namespace

TEST(log, writes_a_line_for_people) {
  auto line = logged({log_level::info, log_format::text}, [] {
    log_event(log_level::warning, "channel restarted",
              {{"channel", "01J"}, {"restarts", 3}, {"name", "ops room"}, {"parked", false}});
  });
  EXPECT_THAT(line, MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z warning "
                                 "tocsind: channel restarted channel=01J restarts=3 "
                                 "name=\"ops room\" parked=false\n"));
}

TEST(log, keeps_one_message_on_one_line_whatever_it_holds) {
  auto line = logged({log_level::info, log_format::text}, [] {
    log_event(log_level::info, "a\nb\x1b[31m", {{"text", "c\nd"}});
    spdlog::info("e\rf");
  });
  EXPECT_EQ(std::ranges::count(line, '\n'), 2);
  EXPECT_EQ(std::ranges::count(line, '\x1b'), 0);
  EXPECT_EQ(std::ranges::count(line, '\r'), 0);
}

TEST(log, shows_nothing_that_acts_on_a_terminal_and_no_torn_character) {
  for (auto format : {log_format::text, log_format::json}) {
    auto line = logged({log_level::info, format}, [] {
      log_event(log_level::warning, "refused",
                {{"admin", "a\xc2\x9b"
                           "31m\xe2\x80\xae"
                           "b"},
                 {"cut", "caf\xc3"}});
    });
    EXPECT_THAT(line, HasSubstr("a31mb"));
    EXPECT_THAT(line, HasSubstr("caf\xef\xbf\xbd"));
  }
}

TEST(log, writes_a_json_object_per_line) {
  auto line = logged({log_level::info, log_format::json}, [] {
    log_event(log_level::error, "say \"no\"\n",
              {{"channel", "a\"b\x01"}, {"restarts", 3}, {"busy", 0.5}, {"msg", "other"}});
  });
  ASSERT_THAT(line, EndsWith("}\n"));
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  auto got = boost::json::parse(line).as_object();
  EXPECT_EQ(got["level"], "error");
  EXPECT_EQ(got["logger"], "tocsind");
  EXPECT_EQ(got["msg"], "say \"no\" ");
  EXPECT_EQ(got["channel"], "a\"b");
  EXPECT_EQ(got["restarts"], 3);
  EXPECT_EQ(got["busy"], 0.5);
  EXPECT_THAT(std::string{got["time"].as_string()}, MatchesRegex("[-0-9]{10}T[0-9:.]{12}Z"));
}

TEST(log, writes_plain_messages_of_the_library_as_json_too) {
  auto line = logged({log_level::info, log_format::json}, [] { spdlog::warn("a \"{}\"", 1); });
  auto got = boost::json::parse(line).as_object();
  EXPECT_EQ(got["level"], "warning");
  EXPECT_EQ(got["msg"], "a \"1\"");
  EXPECT_FALSE(got.contains("channel"));
}

TEST(log, leaves_out_what_is_below_the_level) {
  auto line = logged({log_level::warning, log_format::text}, [] {
    log_event(log_level::info, "quiet", {{"a", 1}});
    log_event(log_level::debug, "quiet");
  });
  EXPECT_THAT(line, IsEmpty());
}
