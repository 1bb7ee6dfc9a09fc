#include "tests/support/example_panel/panel_process.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

namespace tocsin {

panel_process::panel_process(const std::vector<std::string>& arguments) {
  // Writing to a panel that was killed is an error of that write only.
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> to_child{};
  std::array<int, 2> from_child{};
  if (::pipe2(to_child.data(), O_CLOEXEC) != 0 || ::pipe2(from_child.data(), O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe can be made");
  input_ = to_child[1];
  output_ = from_child[0];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to_child[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from_child[1], STDOUT_FILENO);
  auto texts = arguments;
  std::string program = PANEL_PROGRAM;
  std::vector<char*> argv{program.data()};
  for (auto& x : texts)
    argv.push_back(x.data());
  argv.push_back(nullptr);
  auto code = posix_spawn(&pid_, PANEL_PROGRAM, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(to_child[0]);
  ::close(from_child[1]);
  if (code != 0)
    throw std::runtime_error("cannot start " PANEL_PROGRAM);
  reader_ = std::thread{[this] { read(); }};
}

panel_process::~panel_process() {
  kill();
}

void panel_process::send(std::vector<std::string> lines) {
  if (writer_.joinable())
    writer_.join();
  writer_ = std::thread{[this, lines = std::move(lines)] {
    for (auto& x : lines) {
      auto line = x + '\n';
      // A line is shorter than what a pipe takes as a whole.
      if (::write(input_, line.data(), line.size()) < 0)
        return;
    }
  }};
}

bool panel_process::wait_for_taken(size_t count) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, std::chrono::seconds{30},
                           [&] { return spooled_.size() + accepted_.size() >= count; });
}

void panel_process::kill() {
  if (pid_ < 0)
    return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  reader_.join();
  if (writer_.joinable())
    writer_.join();
  ::close(input_);
  ::close(output_);
}

std::set<std::string> panel_process::spooled() const {
  std::lock_guard lock{mutex_};
  return spooled_;
}

std::set<std::string> panel_process::accepted() const {
  std::lock_guard lock{mutex_};
  return accepted_;
}

void panel_process::read() {
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    auto count = ::read(output_, part.data(), part.size());
    if (count <= 0)
      return;
    text.append(part.data(), static_cast<size_t>(count));
    std::lock_guard lock{mutex_};
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
      auto line = text.substr(0, end);
      text.erase(0, end + 1);
      auto space = line.find(' ');
      auto& taken = line.substr(0, space) == "spooled" ? spooled_ : accepted_;
      taken.insert(line.substr(space + 1));
    }
    changed_.notify_all();
  }
}

} // namespace tocsin
