#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace tocsin {

/// The example panel (docs/examples/panel) in a process of its own, which can be killed for real.
class panel_process {
public:
  /// `arguments` are those of the program.
  explicit panel_process(const std::vector<std::string>& arguments);

  /// Kills the program, unless it has ended.
  ~panel_process();

  panel_process(const panel_process&) = delete;
  panel_process& operator=(const panel_process&) = delete;

  /// Gives it these lines to send. What it does not read is dropped when it ends.
  void send(std::vector<std::string> lines);

  /// Waits until it has said of `count` events that they were taken; false after half a minute.
  bool wait_for_taken(size_t count);

  /// SIGKILL; returns once it is gone and all that it had said was read.
  void kill();

  /// The ids of the events that it said were taken, by the spool or by a node.
  std::set<std::string> spooled() const;
  std::set<std::string> accepted() const;

private:
  void read();

  pid_t pid_ = -1;
  /// Our ends of the pipes.
  int input_ = -1;
  int output_ = -1;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> spooled_;
  std::set<std::string> accepted_;
  std::thread reader_;
  std::thread writer_;
};

} // namespace tocsin
