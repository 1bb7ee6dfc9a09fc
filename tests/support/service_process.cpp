#include "tests/support/service_process.hpp"

#include "app/bootstrap.hpp"
#include "tests/support/eventually.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace tocsin {

namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path};
  std::ostringstream result;
  result << in.rdbuf();
  return result.str();
}

} // namespace

service_process::service_process(std::vector<std::string> settings)
  : settings_(std::move(settings)) {}

service_process::~service_process() {
  if (pid_ > 0)
    end_with(SIGKILL);
  if (testing::Test::HasFailure())
    std::cerr << log();
}

void service_process::start() {
  posix_spawn_file_actions_t streams;
  posix_spawn_file_actions_init(&streams);
  posix_spawn_file_actions_addopen(&streams, STDERR_FILENO, log_file().c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  start(streams);
}

void service_process::start_without_streams() {
  posix_spawn_file_actions_t streams;
  posix_spawn_file_actions_init(&streams);
  for (auto each : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_addclose(&streams, each);
  start(streams);
}

void service_process::start(posix_spawn_file_actions_t& streams) {
  auto ready = directory_.path() / "ready.json";
  std::filesystem::remove(ready);
  // It ends with the test, even if that crashes.
  std::vector<std::string> arguments{"setpriv", "--pdeathsig", "KILL", TOCSIND_PROGRAM,
                                     "--data-dir", data_dir(), "--listen", "127.0.0.1:0",
                                     "--ready-file", ready.string(), "--set", "log.level=error",
                                     // Tests ask as fast as they can.
                                     "--set", "server.rate_limit=0"};
  for (auto& setting : settings_) {
    arguments.push_back("--set");
    arguments.push_back(setting);
  }
  std::vector<char*> argv;
  for (auto& argument : arguments)
    argv.push_back(argument.data());
  argv.push_back(nullptr);
  auto failed = posix_spawnp(&pid_, "setpriv", &streams, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&streams);
  if (failed != 0)
    throw std::runtime_error("cannot start " TOCSIND_PROGRAM);
  auto is_ready = [&ready] { return std::filesystem::exists(ready); };
  eventually([&] { return is_ready() || has_ended(); }, std::chrono::seconds{20});
  if (!is_ready())
    throw std::runtime_error("tocsind did not become ready: " + log());
}

void service_process::kill() {
  end_with(SIGKILL);
}

int service_process::stop() {
  ::kill(pid_, SIGTERM);
  return wait(std::chrono::seconds{60});
}

int service_process::wait(std::chrono::seconds patience) {
  auto ended = eventually([this] { return has_ended(); }, patience);
  return end_with(ended ? 0 : SIGKILL);
}

std::string service_process::url() const {
  auto ready = boost::json::parse(read_file(directory_.path() / "ready.json"));
  return boost::json::value_to<std::string>(ready.at("url"));
}

std::string service_process::token() const {
  std::string result;
  std::ifstream{std::filesystem::path{data_dir()} / app::initial_token_file} >> result;
  return result;
}

std::string service_process::log() const {
  return read_file(log_file());
}

bool service_process::has_ended() const {
  siginfo_t seen{};
  // It is left to be waited for, so that its number cannot be given to another process.
  return waitid(P_PID, static_cast<id_t>(pid_), &seen, WEXITED | WNOHANG | WNOWAIT) != 0
         || seen.si_pid != 0;
}

int service_process::end_with(int signal) {
  ::kill(pid_, signal);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace tocsin
