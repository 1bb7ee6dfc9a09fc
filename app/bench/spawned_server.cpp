#include "app/bench/spawned_server.hpp"

#include "app/bench/gate_setup.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
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
/// While it starts, which is measured.
constexpr std::chrono::milliseconds ready_pause{1};
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
  spawned_server result{std::move(*scratch), wanted};
  if (auto prepared = result.prepare(wanted); !prepared)
    return prepared.error();
  if (auto launched = result.launch(0); !launched)
    return launched.error();
  for (;;) {
    auto ready = result.is_ready();
    if (!ready)
      return ready.error();
    if (*ready)
      return result;
    std::this_thread::sleep_for(ready_pause);
  }
}

spawned_server::spawned_server(spawned_server&& other) noexcept
  : scratch_(std::move(other.scratch_)),
    files_(std::move(other.files_)),
    program_(std::move(other.program_)),
    settings_(std::move(other.settings_)),
    start_limit_(other.start_limit_),
    pid_(std::exchange(other.pid_, -1)),
    launched_at_(other.launched_at_),
    ready_within_(other.ready_within_),
    killed_(other.killed_),
    port_(other.port_),
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

void spawned_server::kill() {
  killed_ = use();
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

expected<void> spawned_server::start_again() {
  std::error_code error;
  std::filesystem::remove(files_.ready(), error);
  return launch(port_);
}

process_use spawned_server::use() const {
  auto result = pid_ > 0 ? use_of(pid_) : process_use{};
  if (killed_.cpu)
    result.cpu = *killed_.cpu + result.cpu.value_or(std::chrono::nanoseconds{});
  result.peak_rss_bytes = std::max(result.peak_rss_bytes, killed_.peak_rss_bytes);
  return result;
}

expected<void> spawned_server::prepare(const options& wanted) {
  std::ofstream{files_.configuration()} << "";
  if (wanted.prepare)
    if (auto prepared = wanted.prepare(files_.data()); !prepared)
      return prepared;
  if (wanted.gate_address.empty())
    return {};
  auto gate = make_gate_setup(files_.certificates(), wanted.gate_address);
  if (!gate)
    return gate.error();
  // What is wanted comes last, and counts.
  settings_.insert(settings_.begin(), gate->settings.begin(), gate->settings.end());
  panel_ = std::move(gate->panel);
  return {};
}

expected<void> spawned_server::launch(uint16_t port) {
  auto words = server_command_line(files_, settings_, port);
  words.insert(words.begin(), program_.string());
  std::vector<char*> arguments;
  for (auto& x : words)
    arguments.push_back(x.data());
  arguments.push_back(nullptr);
  auto environment = clean_environment();
  auto log = ::open(files_.log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  launched_at_ = steady_clock::now();
  pid_ = ::fork();
  if (pid_ == 0)
    become_server(program_.c_str(), arguments.data(), environment.data(), log);
  ::close(log);
  if (pid_ < 0)
    return fail(errc::unavailable, fmt::format("fork: {}", std::strerror(errno)));
  return {};
}

expected<bool> spawned_server::is_ready() {
  auto elapsed = steady_clock::now() - launched_at_;
  if (std::filesystem::exists(files_.ready())) {
    ready_within_ = elapsed;
    if (auto read = read_ready_file(); !read)
      return read.error();
    return true;
  }
  if (has_ended(pid_)) {
    pid_ = -1;
    return ended("ended at once");
  }
  if (elapsed >= start_limit_)
    return ended(fmt::format("was not ready within {} s", start_limit_.count()));
  return false;
}

expected<void> spawned_server::read_ready_file() {
  boost::json::error_code error;
  auto ready = boost::json::parse(read_file(files_.ready()), error);
  const auto* object = error ? nullptr : ready.if_object();
  const auto* url = object ? object->if_contains("url") : nullptr;
  if (!url || !url->is_string())
    return ended("wrote a ready file without its URL");
  url_ = url->get_string().c_str();
  if (const auto* port = object->if_contains("port"); port && port->is_int64())
    port_ = static_cast<uint16_t>(port->get_int64());
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
