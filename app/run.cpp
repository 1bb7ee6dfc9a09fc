#include "app/run.hpp"

#include "app/config/ready_file.hpp"
#include "app/config/version.hpp"
#include "app/file_limit.hpp"
#include "app/log/log.hpp"
#include "app/service.hpp"

#include <atomic>
#include <csignal>
#include <string>
#include <system_error>
#include <unistd.h>

namespace tocsin::app {

namespace {

/// The signals that end the service, blocked so that `wait` gets them.
class stop_signals {
public:
  stop_signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    // A peer that goes away while we write is an error of that write, not the end of everything.
    std::signal(SIGPIPE, SIG_IGN);
  }

  int wait() {
    int signal = 0;
    sigwait(&set_, &signal);
    return signal;
  }

private:
  sigset_t set_;
};

} // namespace

exit_code run(const launch& what) {
  stop_signals signals;
  start_logging(what.settings.log);
  raise_file_limit();
  std::atomic<bool> failed{false};
  auto on_fatal = [&failed](const std::string& reason) {
    log_event(log_level::error, "an actor the service needs has died", {{"reason", reason}});
    failed = true;
    ::kill(::getpid(), SIGTERM);
  };
  auto started = service::start(what.settings, on_fatal);
  if (!started) {
    log_event(log_level::error, "cannot start", {{"reason", started.error().text}});
    return started.error().code;
  }
  auto& server = **started;
  auto listen = what.settings.server.listen;
  listen.port = server.port();
  auto url = "http://" + to_string(listen);
  if (!what.ready_file.empty())
    if (auto written = write_ready_file(what.ready_file, server.port(), url); !written) {
      log_event(log_level::error, "cannot start", {{"reason", written.error().detail}});
      return exit_code::storage_unusable;
    }
  log_event(log_level::info, "ready", {{"version", version()}, {"url", url}});
  auto signal = signals.wait();
  log_event(log_level::info, "stopping", {{"signal", signal}});
  server.stop();
  std::error_code ignored;
  std::filesystem::remove(what.ready_file, ignored);
  log_event(log_level::info, "stopped");
  return failed ? exit_code::internal_error : exit_code::ok;
}

} // namespace tocsin::app
