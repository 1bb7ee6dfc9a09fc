#include "app/cli/password_prompt.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ostream>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace tocsin::cli {

namespace {

constexpr std::array interrupting{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

/// The last of those signals that came; 0 before.
volatile sig_atomic_t interruption = 0;

extern "C" void note_interruption(int signal) {
  interruption = signal;
}

/// A terminal that does not show what is typed as long as this lives. Signals that would end or
/// stop the process are noted meanwhile, and come only while it waits in `read_line`, so that none
/// falls between looking and waiting.
class silent_terminal {
public:
  explicit silent_terminal(int terminal) : terminal_(terminal) {
    interruption = 0;
    sigset_t blocked;
    ::sigemptyset(&blocked);
    for (auto signal : interrupting)
      ::sigaddset(&blocked, signal);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &old_mask_);
    for (size_t i = 0; i < interrupting.size(); ++i)
      note(interrupting[i], old_actions_[i]);
    auto is_known = ::tcgetattr(terminal_, &shown_) == 0;
    auto silent = shown_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
    is_silent_ = is_known && ::tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }

  ~silent_terminal() {
    if (is_silent_)
      ::tcsetattr(terminal_, TCSAFLUSH, &shown_);
    for (size_t i = 0; i < interrupting.size(); ++i)
      ::sigaction(interrupting[i], &old_actions_[i], nullptr);
    ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
  }

  silent_terminal(const silent_terminal&) = delete;
  silent_terminal& operator=(const silent_terminal&) = delete;

  /// The next line without its end; fails at the end of the input and when a signal comes.
  expected<std::string> read_line() const {
    if (!is_silent_)
      return fail(errc::invalid_argument, "the terminal's echo cannot be turned off");
    std::string line;
    while (!line.ends_with('\n')) {
      pollfd waiting{terminal_, POLLIN, 0};
      if (::ppoll(&waiting, 1, nullptr, &old_mask_) < 0) {
        if (interruption != 0)
          return fail(errc::invalid_argument, "interrupted");
        if (errno == EINTR)
          continue;
      }
      std::array<char, 256> part{};
      auto size = ::read(terminal_, part.data(), part.size());
      if (size <= 0)
        return fail(errc::invalid_argument, "no password was typed");
      line.append(part.data(), static_cast<size_t>(size));
    }
    line.pop_back();
    return line;
  }

private:
  /// What is ignored, as SIGHUP under nohup, stays so.
  static void note(int signal, struct sigaction& old) {
    ::sigaction(signal, nullptr, &old);
    if (old.sa_handler == SIG_IGN)
      return;
    struct sigaction action {};
    action.sa_handler = note_interruption;
    ::sigaction(signal, &action, nullptr);
  }

  int terminal_;
  termios shown_{};
  sigset_t old_mask_{};
  std::array<struct sigaction, interrupting.size()> old_actions_{};
  bool is_silent_ = false;
};

expected<std::string> ask_twice(int terminal, std::ostream& err, std::string_view whom) {
  silent_terminal silent{terminal};
  auto ask = [&](std::string_view prompt) {
    err << prompt << std::flush;
    auto line = silent.read_line();
    // The end of the line was not shown either.
    err << '\n' << std::flush;
    return line;
  };
  auto first = ask(fmt::format("New password of {}, at least 12 bytes: ", whom));
  if (!first)
    return first;
  if (first->empty())
    return fail(errc::invalid_argument, "no password was typed");
  auto second = ask("Repeat the password: ");
  if (second && *second != *first)
    return fail(errc::invalid_argument, "the two passwords differ; nothing was changed");
  return second;
}

} // namespace

expected<std::string> ask_new_password(int terminal, std::ostream& err, std::string_view whom) {
  for (;;) {
    auto password = ask_twice(terminal, err, whom);
    if (interruption == 0)
      return password;
    ::raise(interruption);
    // It was stopped and continues; all other signals end the process, unless they are handled.
    if (interruption != SIGTSTP)
      return password;
  }
}

} // namespace tocsin::cli
