#include "app/bench/spawned_server.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

namespace tocsin::bench {

using testing::HasSubstr;

/// Shell scripts play the server.
class spawned_server_test : public ::testing::Test {
protected:
  spawned_server::options script(const std::string& text) const {
    auto path = directory_.path() / "server";
    std::ofstream{path} << "#!/bin/sh\n" << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return {path, directory_.path(), {"actors.threads=2"}, std::chrono::seconds{10}};
  }

  bool is_clean() const {
    for (const auto& x : std::filesystem::directory_iterator{directory_.path()})
      if (x.is_directory())
        return false;
    return true;
  }

  temporary_directory directory_;
};

namespace {

/// Leaves its environment and its arguments beside the script, and what tocsind leaves.
constexpr const char* good_server = R"(
env > "$(dirname "$0")/environment"
echo "$@" > "$(dirname "$0")/arguments"
while [ $# -gt 0 ]; do
  case "$1" in --data-dir) data=$2;; --ready-file) ready=$2;; esac
  shift
done
mkdir "$data"
echo sesame > "$data/initial-admin-token"
echo '{"pid":1,"port":7,"url":"http://127.0.0.1:7"}' > "$ready.new"
mv "$ready.new" "$ready"
exec sleep 60
)";

/// Waits until the server is ready or has failed.
expected<bool> readiness_of(spawned_server& server) {
  expected<bool> result{false};
  EXPECT_TRUE(eventually([&] {
    result = server.is_ready();
    return !result || *result;
  }));
  return result;
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

TEST_F(spawned_server_test, tells_where_the_server_is_and_ends_it) {
  ::setenv("TOCSIN_TOKEN", "of another server", 1);
  pid_t pid = 0;
  {
    auto server = spawned_server::start(script(good_server));
    ASSERT_TRUE(server) << server.error().detail;
    EXPECT_EQ(server->url(), "http://127.0.0.1:7");
    EXPECT_EQ(server->token(), "sesame");
    pid = server->pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  ::unsetenv("TOCSIN_TOKEN");
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_TRUE(is_clean());
  EXPECT_THAT(content(directory_.path() / "environment"), testing::Not(HasSubstr("TOCSIN_")));
  EXPECT_THAT(content(directory_.path() / "arguments"), HasSubstr("--listen 127.0.0.1:0"));
  EXPECT_THAT(content(directory_.path() / "arguments"), HasSubstr("--set actors.threads=2"));
}

TEST_F(spawned_server_test, is_killed_and_started_again_on_its_port) {
  auto program = std::string{good_server};
  program.replace(program.find("mkdir"), 5, "mkdir -p");
  auto server = spawned_server::start(script(program));
  ASSERT_TRUE(server) << server.error().detail;
  auto first = server->pid();
  ASSERT_TRUE(server->use().cpu);
  server->kill();
  EXPECT_EQ(::kill(first, 0), -1);
  auto used = server->use();
  EXPECT_TRUE(used.cpu && used.peak_rss_bytes);
  ASSERT_TRUE(server->start_again());
  auto ready = readiness_of(*server);
  ASSERT_TRUE(ready) << ready.error().detail;
  EXPECT_NE(server->pid(), first);
  EXPECT_GE(*server->use().cpu, *used.cpu);
  EXPECT_THAT(content(directory_.path() / "arguments"), HasSubstr("--listen 127.0.0.1:7 "));
}

TEST_F(spawned_server_test, says_that_it_does_not_start_again) {
  auto server = spawned_server::start(
    script(std::string{"[ -e \"$(dirname \"$0\")/arguments\" ] && exit 3\n"} + good_server));
  ASSERT_TRUE(server) << server.error().detail;
  server->kill();
  ASSERT_TRUE(server->start_again());
  auto ready = readiness_of(*server);
  ASSERT_FALSE(ready);
  EXPECT_THAT(ready.error().detail, HasSubstr("ended at once"));
}

TEST_F(spawned_server_test, shows_the_log_of_a_server_that_ends) {
  auto server = spawned_server::start(script("echo no disk >&2; exit 74\n"));
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().detail, HasSubstr("no disk"));
  EXPECT_TRUE(is_clean());
}

TEST_F(spawned_server_test, waits_only_so_long) {
  auto options = script("exec sleep 60\n");
  options.start_limit = std::chrono::seconds{0};
  auto server = spawned_server::start(options);
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().detail, HasSubstr("not ready"));
  EXPECT_TRUE(is_clean());
}

TEST_F(spawned_server_test, says_that_there_is_no_such_program) {
  auto server = spawned_server::start({directory_.path() / "absent", directory_.path(), {}, {}});
  ASSERT_FALSE(server);
  EXPECT_TRUE(is_clean());
}

} // namespace tocsin::bench
