#pragma once

#include "tests/support/temporary_directory.hpp"

#include <chrono>
#include <spawn.h>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tocsin {

/// A real `tocsind` in a process, directory and port of its own, which can be killed for real.
class service_process {
public:
  /// `settings` are `section.key=value`, as `--set` takes them.
  explicit service_process(std::vector<std::string> settings);
  ~service_process();

  /// Starts the program and waits until it is ready.
  void start();

  /// As `start`, without standard streams: what is logged is lost.
  void start_without_streams();

  /// Ends it as a power failure would end the process: SIGKILL.
  void kill();

  /// Asks it to drain and stop, and waits for it as `wait` does, a minute at most.
  int stop();

  /// Waits for it to end by itself, and gives its exit code; 128 + SIGKILL if it had to be killed
  /// as it did not within `patience`.
  int wait(std::chrono::seconds patience);

  pid_t pid() const { return pid_; }

  std::string url() const;
  std::string token() const;
  std::string data_dir() const { return (directory_.path() / "data").string(); }

  /// What it and those before it have logged so far; the log of a test that fails is printed.
  std::string log() const;

private:
  void start(posix_spawn_file_actions_t& streams);
  bool has_ended() const;
  int end_with(int signal);
  std::string log_file() const { return (directory_.path() / "log").string(); }

  temporary_directory directory_;
  std::vector<std::string> settings_;
  pid_t pid_ = -1;
};

} // namespace tocsin
