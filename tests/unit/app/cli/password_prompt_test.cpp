#include "tests/unit/app/cli/command_fixture.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <poll.h>
#include <pty.h>
#include <spawn.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace tocsin::cli {

namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* password = "a password of some length";

/// `tocsin admin passwd ops` in a process of its own, at a terminal of its own.
class password_prompt_test : public command_test {
protected:
  password_prompt_test() {
    answer("PUT /admins/ops/password", 204, "");
    if (::openpty(&master_, &slave_, nullptr, nullptr, nullptr) != 0)
      throw std::runtime_error("there is no pseudo terminal");
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    for (auto stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      ::posix_spawn_file_actions_adddup2(&files, slave_, stream);
    for (auto end : {master_, slave_})
      ::posix_spawn_file_actions_addclose(&files, end);
    // A group of its own, beside the one of this process, so that SIGTSTP stops it. The terminal is
    // not its controlling one: that would be set back by the kernel when the process ends.
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    // Whoever started this test in the background may have had SIGINT ignored.
    sigset_t heeded;
    ::sigemptyset(&heeded);
    for (auto signal : {SIGINT, SIGTERM, SIGHUP, SIGTSTP})
      ::sigaddset(&heeded, signal);
    ::posix_spawnattr_setsigdefault(&attributes, &heeded);
    std::vector<std::string> words{TOCSIN_PROGRAM, "admin", "passwd", "ops"};
    std::vector<std::string> variables;
    for (auto& [name, value] : environment_)
      variables.push_back(name + '=' + value);
    auto error = ::posix_spawn(&process_, TOCSIN_PROGRAM, &files, &attributes,
                               pointers_to(words).data(), pointers_to(variables).data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    if (error != 0)
      throw std::runtime_error("tocsin cannot be started");
  }

  ~password_prompt_test() override {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
    ::close(slave_);
    ::close(master_);
  }

  /// Waits until the terminal has shown `text` since the last call.
  void wait_for(std::string_view text) {
    size_t at = std::string::npos;
    while ((at = shown_.find(text, seen_)) == std::string::npos)
      ASSERT_TRUE(read_more()) << "instead of '" << text << "': " << shown_;
    seen_ = at + text.size();
  }

  void type(const std::string& line) {
    ASSERT_EQ(::write(master_, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  }

  bool shows_what_is_typed() const {
    termios settings{};
    EXPECT_EQ(::tcgetattr(slave_, &settings), 0);
    return (settings.c_lflag & ECHO) != 0;
  }

  /// How the process ended or stopped, as of waitpid(2).
  int wait_for_change() {
    int status = 0;
    EXPECT_EQ(::waitpid(process_, &status, WUNTRACED), process_);
    if (!WIFSTOPPED(status))
      process_ = -1;
    return status;
  }

  pid_t process_ = -1;
  std::string shown_;

private:
  static std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& x : texts)
      result.push_back(x.data());
    result.push_back(nullptr);
    return result;
  }

  bool read_more() {
    constexpr int patience = 20'000;
    pollfd waiting{master_, POLLIN, 0};
    if (::poll(&waiting, 1, patience) != 1)
      return false;
    char part[256];
    auto size = ::read(master_, part, sizeof part);
    if (size > 0)
      shown_.append(part, static_cast<size_t>(size));
    return size > 0;
  }

  int master_ = -1;
  int slave_ = -1;
  size_t seen_ = 0;
};

TEST_F(password_prompt_test, takes_a_password_that_is_typed_twice_and_shows_it_never) {
  ASSERT_NO_FATAL_FAILURE(wait_for("New password of admin/ops, at least 12 bytes: "));
  EXPECT_FALSE(shows_what_is_typed());
  type(std::string{password} + '\n');
  ASSERT_NO_FATAL_FAILURE(wait_for("Repeat the password: "));
  EXPECT_FALSE(shows_what_is_typed());
  type(std::string{password} + '\n');
  ASSERT_NO_FATAL_FAILURE(wait_for("the password of admin/ops is set"));
  auto status = wait_for_change();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(shows_what_is_typed());
  EXPECT_THAT(shown_, Not(HasSubstr(password)));
  ASSERT_EQ(api_.requests().size(), 1u);
  EXPECT_EQ(api_.requests()[0].body, R"({"password":"a password of some length"})");
}

TEST_F(password_prompt_test, changes_nothing_where_the_two_differ) {
  ASSERT_NO_FATAL_FAILURE(wait_for("12 bytes: "));
  type(std::string{password} + '\n');
  ASSERT_NO_FATAL_FAILURE(wait_for("Repeat the password: "));
  type(std::string{password} + "!\n");
  ASSERT_NO_FATAL_FAILURE(wait_for("the two passwords differ"));
  auto status = wait_for_change();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), static_cast<int>(exit_code::usage));
  EXPECT_TRUE(shows_what_is_typed());
  EXPECT_TRUE(api_.requests().empty());
}

TEST_F(password_prompt_test, takes_the_end_of_the_input_for_no_password) {
  ASSERT_NO_FATAL_FAILURE(wait_for("12 bytes: "));
  constexpr char end_of_input = 4;
  type(std::string{end_of_input});
  ASSERT_NO_FATAL_FAILURE(wait_for("no password was typed"));
  auto status = wait_for_change();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), static_cast<int>(exit_code::usage));
  EXPECT_TRUE(api_.requests().empty());
}

TEST_F(password_prompt_test, asks_anew_when_it_was_stopped) {
  ASSERT_NO_FATAL_FAILURE(wait_for("12 bytes: "));
  type("half a pass");
  ::kill(process_, SIGTSTP);
  ASSERT_TRUE(WIFSTOPPED(wait_for_change()));
  EXPECT_TRUE(shows_what_is_typed());
  ::kill(process_, SIGCONT);
  for (const auto* prompt : {"12 bytes: ", "Repeat the password: "}) {
    ASSERT_NO_FATAL_FAILURE(wait_for(prompt));
    EXPECT_FALSE(shows_what_is_typed());
    type(std::string{password} + '\n');
  }
  auto status = wait_for_change();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << shown_;
  EXPECT_THAT(api_.requests().at(0).body, HasSubstr(password));
}

class interrupted_prompt : public password_prompt_test, public testing::WithParamInterface<int> {};

TEST_P(interrupted_prompt, ends_as_ever_with_a_terminal_that_shows_what_is_typed) {
  ASSERT_NO_FATAL_FAILURE(wait_for("12 bytes: "));
  type("half a pass");
  ::kill(process_, GetParam());
  auto status = wait_for_change();
  ASSERT_TRUE(WIFSIGNALED(status)) << shown_;
  EXPECT_EQ(WTERMSIG(status), GetParam());
  EXPECT_TRUE(shows_what_is_typed());
  EXPECT_TRUE(api_.requests().empty());
}

INSTANTIATE_TEST_SUITE_P(signals, interrupted_prompt, testing::Values(SIGINT, SIGTERM, SIGHUP));

} // namespace

} // namespace tocsin::cli
