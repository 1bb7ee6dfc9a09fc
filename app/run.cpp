#include "app/run.hpp"

#include "app/check_files.hpp"
#include "app/config/ready_file.hpp"
#include "app/config/version.hpp"
#include "app/file_limit.hpp"
#include "app/log/log.hpp"
#include "app/service.hpp"
#include "app/uncaught.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace tocsin::app {

namespace {

/// How often the certificate files are looked at, which costs two calls of `stat`. The gate looks
/// at its own as often.
constexpr auto look_interval = std::chrono::seconds{2};

/// The signals the service handles, blocked so that `wait` gets them.
class heeded_signals {
public:
  heeded_signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    // A peer that goes away while we write is an error of that write, not the end of everything.
    std::signal(SIGPIPE, SIG_IGN);
  }

  /// The next signal, or nothing where none comes within `limit`.
  std::optional<int> wait(std::chrono::seconds limit) {
    timespec time{limit.count(), 0};
    auto signal = sigtimedwait(&set_, nullptr, &time);
    return signal > 0 ? std::optional{signal} : std::nullopt;
  }

private:
  sigset_t set_;
};

/// Reloads a changed certificate. A bad one is logged, and the current one stays in use.
void renew_certificate(service& running, bool always) {
  auto loaded = running.reload_certificate(always);
  if (!loaded)
    log_event(log_level::error, "cannot reload the certificate; keeping the current one",
              {{"reason", loaded.error().detail}});
  else if (*loaded)
    log_event(log_level::info, "reloaded the certificate");
}

/// Serves until a signal asks for the end, and gives that signal.
int wait_for_the_end(heeded_signals& signals, service& running) {
  for (;;) {
    auto signal = signals.wait(look_interval);
    if (signal && *signal != SIGHUP)
      return *signal;
    renew_certificate(running, signal.has_value());
  }
}

/// Drains and stops. A second signal that asks for the end cuts the draining short.
void drain_and_stop(heeded_signals& signals, service& running) {
  std::atomic<bool> is_over{false};
  std::thread listener{[&] {
    while (!is_over) {
      auto signal = signals.wait(look_interval);
      if (!signal || *signal == SIGHUP || is_over)
        continue;
      log_event(log_level::warning, "stopping immediately", {{"signal", *signal}});
      return running.cut_short();
    }
  }};
  running.stop();
  is_over = true;
  // Wakes it; once it has ended this does nothing.
  pthread_kill(listener.native_handle(), SIGHUP);
  listener.join();
}

/// Writes `text` to the standard output.
exit_code print(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0)
    return exit_code::ok;
  std::fputs("tocsind: the output cannot be written\n", stderr);
  return exit_code::output_lost;
}

/// Says what keeps the service from starting, as far as settings and the files they name go.
exit_code check(const launch& what) {
  if (auto usable = check_files(what.settings); !usable) {
    std::fprintf(stderr, "tocsind: %s\n", usable.error().detail.c_str());
    return exit_code::bad_configuration;
  }
  auto name = what.config_file.empty() ? std::string{"the settings"} : what.config_file.string();
  return print(name + ": no faults found\n");
}

} // namespace

exit_code say(const early_exit& what) {
  if (what.code == exit_code::ok)
    return print(what.text);
  std::fputs(what.text.c_str(), stderr);
  return what.code;
}

exit_code run(const launch& what) {
  if (what.check_only)
    return check(what);
  heeded_signals signals;
  start_logging(what.settings.log);
  log_uncaught_exceptions();
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
  auto has_tls = !what.settings.server.certificate_file.empty();
  auto url = (has_tls ? "https://" : "http://") + to_string(listen);
  if (!what.ready_file.empty())
    if (auto written = write_ready_file(what.ready_file, server.port(), url, server.gate_port());
        !written) {
      log_event(log_level::error, "cannot start", {{"reason", written.error().detail}});
      return exit_code::storage_unusable;
    }
  log_event(log_level::info, "ready", {{"version", version()}, {"url", url}});
  auto signal = wait_for_the_end(signals, server);
  log_event(log_level::info, "stopping", {{"signal", signal}});
  drain_and_stop(signals, server);
  std::error_code ignored;
  std::filesystem::remove(what.ready_file, ignored);
  log_event(log_level::info, "stopped");
  return failed ? exit_code::internal_error : exit_code::ok;
}

} // namespace tocsin::app
