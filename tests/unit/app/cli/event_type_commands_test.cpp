#include "tests/unit/app/cli/command_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin::cli {

namespace {

using testing::HasSubstr;

using event_type_commands_test = command_test;

TEST_F(event_type_commands_test, list_the_catalogue) {
  answer(
    "GET /event-types", 200,
    R"({"data":[{"type":"a.b","title":"T","default":true,"severity":"info","custom":false}]})");
  EXPECT_EQ(run({"event-type", "list"}).out, "TYPE  TITLE  SEVERITY  DEFAULT  CUSTOM\n"
                                             "a.b   T      info      yes      no\n");
}

TEST_F(event_type_commands_test, add_a_type) {
  answer("POST /event-types", 201, R"({"type":"invoice.overdue","title":"Invoice overdue"})");
  auto result = run({"event-type", "add", "invoice.overdue", "--title", "Invoice overdue",
                     "--severity", "warning", "--default", "off"});
  EXPECT_EQ(result.out, "event type invoice.overdue added\n") << result.err;
  EXPECT_EQ(
    api_.requests().back().body,
    R"({"title":"Invoice overdue","severity":"warning","default":false,"type":"invoice.overdue"})");
  EXPECT_EQ(run({"event-type", "add", "x"}).code, exit_code::usage) << "without a title";
  EXPECT_EQ(run({"event-type", "add", "x", "--title", "X", "--default", "maybe"}).code,
            exit_code::usage);
}

TEST_F(event_type_commands_test, change_what_is_named_alone) {
  answer("PATCH /event-types/invoice.overdue", 200, R"({"type":"invoice.overdue","default":true})");
  auto result = run({"event-type", "set", "invoice.overdue", "--default", "on"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(api_.requests().back().body, R"({"default":true})");
  EXPECT_THAT(result.out, HasSubstr("invoice.overdue"));
}

TEST_F(event_type_commands_test, remove_a_type) {
  answer("DELETE /event-types/invoice.overdue", 204, "");
  EXPECT_EQ(run({"event-type", "remove", "invoice.overdue"}).out,
            "event type invoice.overdue removed\n");
}

} // namespace

} // namespace tocsin::cli
