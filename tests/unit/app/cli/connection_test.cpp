#include "app/cli/command_line.hpp"
#include "app/cli/context.hpp"
#include "app/cli/http_client.hpp"
#include "tests/unit/app/cli/command_fixture.hpp"

#include <gmock/gmock.h>

#include <iostream>
#include <new>
#include <sys/stat.h>

namespace tocsin::cli {

namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* no_stats = R"({"version":"1","uptime_seconds":0,"actors":[],"channels":[]})";

} // namespace

using connection_test = command_test;

TEST_F(connection_test, stores_a_context_that_only_its_owner_can_read) {
  environment_.erase("TOCSIN_URL");
  environment_.erase("TOCSIN_TOKEN");
  answer("GET /stats/actors", 200, no_stats);
  auto stored = run({"context", "set", "--url", api_.url() + "/", "--token", "-"}, "s3cret\n");
  EXPECT_EQ(stored.code, exit_code::ok) << stored.err;
  struct stat status {};
  auto path = directory_.path() / ".config" / "tocsin" / "context.json";
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(run({"stats"}).code, exit_code::ok);
  ASSERT_EQ(api_.requests().size(), 1u);
  EXPECT_EQ(api_.requests()[0].headers.at("authorization"), "Bearer s3cret");
}

TEST_F(connection_test, refuses_a_context_file_that_others_may_read) {
  environment_["TOCSIN_CONTEXT"] = write_file("context.json", R"({"token":"s3cret"})");
  environment_.erase("TOCSIN_TOKEN");
  ::chmod(environment_["TOCSIN_CONTEXT"].c_str(), 0640);
  auto result = run({"stats"});
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err, HasSubstr("chmod 600"));
  EXPECT_TRUE(api_.requests().empty());
}

TEST_F(connection_test, accepts_a_readable_context_file_without_a_token) {
  auto path = write_file("context.json", R"({"url":")" + api_.url() + R"("})");
  ::chmod(path.c_str(), 0644);
  environment_.erase("TOCSIN_URL");
  answer("GET /stats/actors", 200, no_stats);
  EXPECT_EQ(run({"--context", path, "stats"}).code, exit_code::ok);
}

TEST_F(connection_test, keeps_the_authorities_by_their_absolute_path) {
  auto path = write_file("ca.pem", "");
  environment_["TOCSIN_CONTEXT"] = (directory_.path() / "context.json").string();
  auto relative = std::filesystem::relative(path).string();
  EXPECT_EQ(run({"context", "set", "--ca-file", relative}).code, exit_code::ok);
  environment_.erase("TOCSIN_URL");
  EXPECT_THAT(run({"context", "show"}).out,
              HasSubstr(std::filesystem::absolute(relative).string() + " (from "));
  environment_["TOCSIN_CA_FILE"] = "/elsewhere";
  EXPECT_THAT(run({"context", "show"}).out, HasSubstr("/elsewhere (from TOCSIN_CA_FILE)"));
  EXPECT_EQ(run({"--ca-file", path + ".missing", "context", "show"}).code, exit_code::usage);
}

TEST_F(connection_test, keeps_the_authorities_to_the_url_that_they_are_stored_with) {
  auto path = write_file("ca.pem", "");
  environment_["TOCSIN_CONTEXT"] = (directory_.path() / "context.json").string();
  EXPECT_EQ(run({"context", "set", "--url", "https://a.example", "--ca-file", path}).code,
            exit_code::ok);
  // TOCSIN_URL is set, whether the token comes from the context or not.
  EXPECT_THAT(run({"context", "show"}).out, HasSubstr("those of the system"));
  environment_.erase("TOCSIN_TOKEN");
  EXPECT_THAT(run({"context", "show"}).out, HasSubstr("those of the system"));
  environment_.erase("TOCSIN_URL");
  EXPECT_THAT(run({"context", "show"}).out, HasSubstr(path + " (from "));
  environment_["TOCSIN_TOKEN"] = "tk";
  EXPECT_THAT(run({"context", "show"}).out, HasSubstr(path + " (from "));
}

TEST_F(connection_test, takes_flags_over_the_environment_over_the_file) {
  environment_["TOCSIN_CONTEXT"]
    = write_file("c", R"({"url":"http://127.0.0.1:1","token":"file"})");
  ::chmod(environment_["TOCSIN_CONTEXT"].c_str(), 0600);
  answer("GET /stats/actors", 200, no_stats);
  EXPECT_EQ(run({"stats"}).code, exit_code::ok);
  EXPECT_EQ(run({"stats", "--token", "flag"}).code, exit_code::ok);
  environment_.erase("TOCSIN_TOKEN");
  EXPECT_EQ(run({"stats"}).code, exit_code::ok);
  auto requests = api_.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].headers.at("authorization"), "Bearer tk");
  EXPECT_EQ(requests[1].headers.at("authorization"), "Bearer flag");
  EXPECT_EQ(requests[2].headers.at("authorization"), "Bearer file");
  environment_.erase("TOCSIN_URL");
  EXPECT_EQ(run({"stats"}).code, exit_code::unreachable);
}

TEST_F(connection_test, says_that_a_directory_is_no_file) {
  auto directory = directory_.path().string();
  // With it in the environment, no context file is read.
  environment_.erase("TOCSIN_TOKEN");
  for (auto& arguments :
       std::vector<std::vector<std::string>>{{"--context", directory, "stats"},
                                             {"--token", "@" + directory, "stats"},
                                             {"event", "send", "--file", directory},
                                             {"config", "diff", directory}}) {
    auto result = run(arguments);
    EXPECT_EQ(result.code, exit_code::usage) << arguments[0];
    EXPECT_THAT(result.err, HasSubstr("cannot read '" + directory + "': Is a directory"));
  }
}

TEST_F(connection_test, names_a_command_that_there_is_not) {
  EXPECT_EQ(run({"evnet"}).err,
            "There is no command 'evnet' here\nRun with --help for more information.\n");
  auto nested = run({"--format", "json", "channel", "add", "fax", "--name", "x"});
  EXPECT_EQ(nested.code, exit_code::usage);
  EXPECT_THAT(nested.err, HasSubstr("There is no command 'fax' here"));
  EXPECT_THAT(run({"channel"}).err, HasSubstr("A subcommand is required"));
}

TEST_F(connection_test, never_prints_the_token) {
  for (const auto* format : {"table", "json"}) {
    auto result = run({"context", "show", "--format", format, "--token", "s3cret"});
    EXPECT_EQ(result.code, exit_code::ok);
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("s3cret")));
    EXPECT_THAT(result.out, HasSubstr(api_.url()));
  }
}

TEST_F(connection_test, says_when_nothing_answers) {
  environment_["TOCSIN_URL"] = "http://127.0.0.1:1";
  auto result = run({"stats"});
  EXPECT_EQ(result.code, exit_code::unreachable);
  EXPECT_THAT(result.err, HasSubstr("http://127.0.0.1:1"));
}

TEST_F(connection_test, says_when_something_else_answers) {
  answer("GET /stats/actors", 200, "<html>welcome</html>");
  EXPECT_EQ(run({"stats"}).code, exit_code::unreachable);
}

TEST_F(connection_test, says_when_an_answer_has_another_shape) {
  answer("GET /admins/admin/preferences", 200, "[]");
  answer("GET /stats/actors", 200, R"({"storage":{}})");
  answer("GET /readyz", 200, R"({"status":"ok"})");
  answer("POST /dead-letters/replay", 200, R"({"next_cursor":"c","stopped_by":null})");
  for (const auto& command : std::vector<std::vector<std::string>>{
         {"preference", "set", "admin/admin", "--include-customer", "x"},
         {"stats"},
         {"doctor"},
         {"deadletter", "replay", "--until", "2026-03-29T00:00:00Z", "--yes"}}) {
    auto result = run(command);
    EXPECT_EQ(result.code, exit_code::unreachable) << command[0];
    EXPECT_THAT(result.err, HasSubstr("tocsin: the answer cannot be understood: ")) << command[0];
  }
}

TEST_F(connection_test, blames_no_answer_for_a_fault_of_its_own) {
  command_line line;
  line.choose([](session&) -> exit_code { throw std::bad_alloc{}; });
  line.globals.connection = {api_.url(), "tk", {}, {}};
  auto nothing = [](const std::string&) { return std::optional<std::string>{}; };
  surroundings around{std::cin, std::cout, std::cerr, nothing, {}, {}};
  EXPECT_THROW(line.chosen(line.globals, around), std::bad_alloc);
}

TEST_F(connection_test, tells_a_wrong_token_from_a_refused_request) {
  answer("GET /stats/actors", 401, R"({"code":"unauthorized","detail":"unknown token"})");
  EXPECT_EQ(run({"stats"}).code, exit_code::unauthorized);
  answer("GET /events/X", 403, R"({"code":"forbidden","detail":"no scope"})");
  EXPECT_EQ(run({"event", "show", "X"}).code, exit_code::unauthorized);
  EXPECT_EQ(run({"event", "show", "Y"}).code, exit_code::refused);
}

TEST_F(connection_test, comes_again_when_the_service_says_so) {
  const std::string refusal = R"({"code":"rate_limited","detail":"too often"})";
  answer("DELETE /tokens/01K00000000000000000000000", 429, refusal, "3");
  answer("DELETE /tokens/01K00000000000000000000000", 429, refusal);
  answer("DELETE /tokens/01K00000000000000000000000", 204, "");
  auto began = now_;
  EXPECT_EQ(run({"token", "revoke", "01K00000000000000000000000"}).code, exit_code::ok);
  EXPECT_EQ(now_ - began, std::chrono::seconds{3 + 1});
}

TEST_F(connection_test, does_not_come_again_for_ever) {
  answer("GET /events/X", 429, R"({"code":"rate_limited","detail":"too often"})", "2");
  auto began = now_;
  auto refused = run({"event", "show", "X"});
  EXPECT_EQ(refused.code, exit_code::refused);
  EXPECT_THAT(refused.err, HasSubstr("too often (429 rate_limited)"));
  EXPECT_EQ(now_ - began, std::chrono::seconds{60});
  answer("GET /events/Y", 429, R"({"code":"rate_limited","detail":"too often"})", "3600");
  EXPECT_EQ(run({"event", "show", "Y"}).code, exit_code::refused);
  EXPECT_EQ(now_ - began, std::chrono::seconds{60});
  answer("GET /events/Z", 429, R"({"code":"overloaded","detail":"too much waits"})", "1");
  EXPECT_EQ(run({"event", "show", "Z"}).code, exit_code::refused);
  EXPECT_EQ(now_ - began, std::chrono::seconds{60});
}

TEST_F(connection_test, counts_a_wrong_command_line_as_usage) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"nonsense"},
                                             {"channel"},
                                             {"stats", "--format", "xml"},
                                             {"--url", "ftp://x", "stats"},
                                             {"--url", "http://user:word@127.0.0.1", "stats"},
                                             {"context", "set"}})
    EXPECT_EQ(run(arguments).code, exit_code::usage);
  EXPECT_TRUE(api_.requests().empty());
}

TEST_F(connection_test, explains_its_exit_codes) {
  auto result = run({"--help"});
  EXPECT_EQ(result.code, exit_code::ok);
  EXPECT_THAT(result.out, HasSubstr("Exit codes:"));
}

TEST(base_url, is_given_without_its_last_slash) {
  EXPECT_EQ(check_base_url("https://tocsin.example/panel/").value(),
            "https://tocsin.example/panel");
  for (const auto* wrong : {"", "127.0.0.1:8420", "http://x/?a=b", "file:///etc/passwd"})
    EXPECT_FALSE(check_base_url(wrong)) << wrong;
}

TEST(url_query, leaves_out_what_is_empty_and_escapes_the_rest) {
  EXPECT_EQ(url_query({{"a", ""}, {"b", "x y&"}, {"c", "é"}}), "?b=x%20y%26&c=%C3%A9");
  EXPECT_EQ(url_query({{"a", ""}}), "");
}

} // namespace tocsin::cli
