#include "tests/unit/app/cli/command_fixture.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>

namespace tocsin::cli {

namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class completion_test : public command_test {
protected:
  /// What bash offers for the last of `words`, which the program's name goes before.
  std::vector<std::string> offers(const std::vector<std::string>& words) {
    auto script = write_file("tocsin.bash", run({"completion", "bash"}).out);
    std::string line = "tocsin";
    for (const auto& x : words)
      line += " '" + x + "'";
    auto commands = "cd '" + directory_.path().string() + "'; . '" + script + "'; COMP_WORDS=("
                    + line + "); COMP_CWORD=" + std::to_string(words.size())
                    + "; _tocsin; printf '%s\\n' \"${COMPREPLY[@]}\"";
    auto file = write_file("run.sh", commands);
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe{
      ::popen(("bash --norc '" + file + "' 2>&1").c_str(), "r"), ::pclose};
    std::string text;
    std::array<char, 4096> buffer{};
    for (size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;)
      text.append(buffer.data(), n);
    std::vector<std::string> result;
    std::istringstream lines{text};
    for (std::string x; std::getline(lines, x);)
      result.push_back(x);
    return result;
  }
};

} // namespace

TEST_F(completion_test, offers_the_commands_where_they_may_stand) {
  EXPECT_THAT(offers({"conf"}), ElementsAre("config"));
  EXPECT_THAT(offers({"config", ""}), Contains("export"));
  EXPECT_THAT(offers({"config", ""}), Not(Contains("channel")));
  EXPECT_THAT(offers({"channel", "add", "s"}), ElementsAre("slack"));
  EXPECT_THAT(offers({"channel", "add", ""}), Not(Contains("add")));
}

TEST_F(completion_test, offers_a_commands_options_and_those_it_inherits) {
  EXPECT_THAT(offers({"config", "apply", "--pr"}), ElementsAre("--prune"));
  EXPECT_THAT(offers({"config", "apply", "--form"}), ElementsAre("--format"));
  EXPECT_THAT(offers({"config", "export", "--pr"}), Not(Contains("--prune")));
  EXPECT_THAT(offers({"--form"}), ElementsAre("--format"));
}

TEST_F(completion_test, takes_the_word_after_an_option_for_its_value) {
  write_file("channel.yaml", "");
  // 'channel' is the URL here and no command.
  EXPECT_THAT(offers({"--url", "channel", "conf"}), ElementsAre("config"));
  EXPECT_THAT(offers({"--show-sensitive", "channel", "rota"}), ElementsAre("rotate-secret"));
  EXPECT_THAT(offers({"--token", "chan"}), ElementsAre("channel.yaml"));
  EXPECT_THAT(offers({"config", "diff", "chan"}), ElementsAre("channel.yaml"));
}

TEST_F(completion_test, has_a_script_for_each_shell_with_every_command) {
  for (auto shell : {"bash", "zsh", "fish"}) {
    auto script = run({"completion", shell});
    EXPECT_EQ(script.code, exit_code::ok);
    for (auto word : {"rotate-secret", "deadletter", "webhook-url", "completion"})
      EXPECT_THAT(script.out, testing::HasSubstr(word)) << shell;
  }
}

} // namespace tocsin::cli
