#include "app/bench/spawned_server.hpp"

#include "app/bench/gate_setup.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace tocsin::bench {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_pause{10};
constexpr std::chrono::seconds end_limit{30};
constexpr size_t shown_log_bytes = 2000;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string first_line(std::string text) {
  return text.substr(0, text.find('\n'));
}

/// The environment without `TOCSIN_…`: those for the command line, and settings of other servers.
std::vector<char*> clean_environment() {
  std::vector<char*> result;
  for (auto** x = environ; *x; ++x)
    if (std::strncmp(*x, "TOCSIN_", 7) != 0)
      result.push_back(*x);
  result.push_back(nullptr);
  return result;
}

/// Runs in the child: only calls that are safe between fork and exec.
[[noreturn]] void become_server(const char* program, char* const* arguments,
                                char* const* environment, int log) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  // A signal from the terminal is for the bench, which then ends the server in good order.
  ::setpgid(0, 0);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execve(program, arguments, environment);
  constexpr const char message[] = "cannot be executed\n";
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, message, sizeof message - 1);
  ::_exit(127);
}

bool has_ended(pid_t pid) {
  return ::waitpid(pid, nullptr, WNOHANG) == pid;
}

} // namespace

expected<spawned_server> spawned_server::start(const options& wanted) {
  auto scratch = scratch_directory::make(wanted.scratch);
  if (!scratch)
    return scratch.error();
  spawned_server result{std::move(*scratch)};
  if (auto launched = result.launch(wanted); !launched)
    return launched.error();
  if (auto ready = result.await_ready(wanted.start_limit); !ready)
    return ready.error();
  return result;
}

spawned_server::spawned_server(spawned_server&& other) noexcept
  : scratch_(std::move(other.scratch_)),
    files_(std::move(other.files_)),
    pid_(std::exchange(other.pid_, -1)),
    url_(std::move(other.url_)),
    token_(std::move(other.token_)),
    gate_port_(other.gate_port_),
    panel_(std::move(other.panel_)) {}

spawned_server::~spawned_server() {
  if (pid_ > 0) {
    ::kill(pid_, SIGTERM);
    auto deadline = steady_clock::now() + end_limit;
    while (!has_ended(pid_)) {
      if (steady_clock::now() >= deadline) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        break;
      }
      std::this_thread::sleep_for(poll_pause);
    }
  }
}

expected<void> spawned_server::launch(const options& wanted) {
  std::ofstream{files_.configuration()} << "";
  if (wanted.prepare)
    if (auto prepared = wanted.prepare(files_.data()); !prepared)
      return prepared.error();
  std::vector<std::string> settings;
  if (!wanted.gate_address.empty()) {
    auto gate = make_gate_setup(files_.certificates(), wanted.gate_address);
    if (!gate)
      return gate.error();
    settings = std::move(gate->settings);
    panel_ = std::move(gate->panel);
  }
  // What is wanted comes last, and counts.
  settings.insert(settings.end(), wanted.settings.begin(), wanted.settings.end());
  auto words = server_command_line(files_, settings);
  words.insert(words.begin(), wanted.program.string());
  std::vector<char*> arguments;
  for (auto& x : words)
    arguments.push_back(x.data());
  arguments.push_back(nullptr);
  auto environment = clean_environment();
  auto log = ::open(files_.log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  pid_ = ::fork();
  if (pid_ == 0)
    become_server(wanted.program.c_str(), arguments.data(), environment.data(), log);
  ::close(log);
  if (pid_ < 0)
    return fail(errc::unavailable, fmt::format("fork: {}", std::strerror(errno)));
  return {};
}

expected<void> spawned_server::await_ready(std::chrono::seconds limit) {
  auto deadline = steady_clock::now() + limit;
  while (!std::filesystem::exists(files_.ready())) {
    if (has_ended(pid_)) {
      pid_ = -1;
      return ended("ended at once");
    }
    if (steady_clock::now() >= deadline)
      return ended(fmt::format("was not ready within {} s", limit.count()));
    std::this_thread::sleep_for(poll_pause);
  }
  boost::json::error_code error;
  auto ready = boost::json::parse(read_file(files_.ready()), error);
  const auto* object = error ? nullptr : ready.if_object();
  const auto* url = object ? object->if_contains("url") : nullptr;
  if (!url || !url->is_string())
    return ended("wrote a ready file without its URL");
  url_ = url->get_string().c_str();
  if (const auto* port = object->if_contains("gate_port"); port && port->is_int64())
    gate_port_ = static_cast<uint16_t>(port->get_int64());
  token_ = first_line(read_file(files_.admin_token()));
  return {};
}

std::string spawned_server::log() const {
  return read_file(files_.log());
}

failure spawned_server::ended(const std::string& what) const {
  auto said = log();
  if (said.size() > shown_log_bytes)
    said.erase(0, said.size() - shown_log_bytes);
  return fail(errc::unavailable, fmt::format("the server {}. Its log: {}", what, said));
}

} // namespace tocsin::bench
