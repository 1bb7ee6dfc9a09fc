#pragma once

#include "app/bench/process_meter.hpp"
#include "app/bench/scratch_directory.hpp"
#include "app/bench/server_command_line.hpp"
#include "link/credentials.hpp"
#include "messages/failure.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tocsin::bench {

/// A `tocsind` started on an empty directory, which ends with this object (SIGTERM, and SIGKILL
/// if that does not help within 30 s) or with this process. The directory is removed with it.
class spawned_server {
public:
  struct options {
    std::filesystem::path program;
    /// The fresh directory is made in here; it decides which disk is measured.
    std::filesystem::path scratch;
    /// As `server_command_line` takes them.
    std::vector<std::string> settings;
    std::chrono::seconds start_limit{30};
    /// Where its CAF door listens, on a free port and with its own certificates; empty:
    /// it has none.
    std::string gate_address = {};
    /// Called with its data directory, which is not there yet, before it starts.
    std::function<expected<void>(const std::filesystem::path&)> prepare = {};
  };

  /// Starts it and waits until it takes events.
  /// Errors: unavailable, with the end of its log where it ended or was not ready in time.
  static expected<spawned_server> start(const options& wanted);

  spawned_server(spawned_server&& other) noexcept;
  spawned_server& operator=(spawned_server&&) = delete;
  ~spawned_server();

  /// Ends it as a power failure would end a process: SIGKILL.
  void kill();

  /// Starts it once more after `kill`, on the same data and the same port, and does not wait; a
  /// CAF door gets another port. Errors: unavailable.
  expected<void> start_again();

  /// Whether it takes events by now; once it does, `ready_within` is that of this start.
  /// Errors: as `start`.
  expected<bool> is_ready();

  /// How long its last start took.
  std::chrono::nanoseconds ready_within() const { return ready_within_; }

  /// What it used until now: the processor time of all its processes, and the memory of the
  /// largest.
  process_use use() const;

  /// The process of its last start; none after `kill`.
  pid_t pid() const { return pid_; }
  const std::string& url() const { return url_; }
  const std::string& token() const { return token_; }

  /// Its CAF door's port, and the files that let a panel in; 0 and none where it has no such door.
  uint16_t gate_port() const { return gate_port_; }
  const link::credential_files& panel() const { return panel_; }

  std::filesystem::path data() const { return files_.data(); }

  /// What it has logged until now: warnings and errors.
  std::string log() const;

  /// Whether its data lie in memory, where an fsync costs nothing.
  bool is_in_memory() const { return scratch_.is_in_memory(); }

private:
  spawned_server(scratch_directory scratch, const options& wanted)
    : scratch_(std::move(scratch)),
      files_{scratch_.path()},
      program_(wanted.program),
      settings_(wanted.settings),
      start_limit_(wanted.start_limit) {}

  expected<void> prepare(const options& wanted);
  expected<void> launch(uint16_t port);
  expected<void> read_ready_file();
  failure ended(const std::string& what) const;

  scratch_directory scratch_;
  server_files files_;
  std::filesystem::path program_;
  std::vector<std::string> settings_;
  std::chrono::seconds start_limit_;
  pid_t pid_ = -1;
  std::chrono::steady_clock::time_point launched_at_{};
  std::chrono::nanoseconds ready_within_{};
  /// What the processes that were killed used.
  process_use killed_;
  uint16_t port_ = 0;
  std::string url_;
  std::string token_;
  uint16_t gate_port_ = 0;
  link::credential_files panel_;
};

} // namespace tocsin::bench
