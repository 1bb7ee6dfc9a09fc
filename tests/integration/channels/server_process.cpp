#include "tests/integration/channels/server_process.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace tocsin::channels {

server_process::server_process(std::string script, std::vector<std::string> arguments) {
  int to[2];
  int from[2];
  if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
    throw std::runtime_error("cannot make pipes");
  arguments.insert(arguments.begin(), std::move(script));
  std::vector<char*> argv;
  for (auto& x : arguments)
    argv.push_back(x.data());
  argv.push_back(nullptr);
  process_ = fork();
  if (process_ == 0) {
    dup2(to[0], STDIN_FILENO);
    dup2(from[1], STDOUT_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(to[0]);
  close(from[1]);
  to_server_ = to[1];
  from_server_ = from[0];
  hello_ = next();
  port_ = boost::json::value_to<uint16_t>(hello_.at("port"));
}

server_process::~server_process() {
  close(to_server_);
  close(from_server_);
  // It may hang, as a test told it to.
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
}

boost::json::object server_process::next() {
  auto end = unread_.find('\n');
  while (end == std::string::npos) {
    pollfd waiting{from_server_, POLLIN, 0};
    std::array<char, 4096> bytes;
    auto count
      = poll(&waiting, 1, 30'000) == 1 ? read(from_server_, bytes.data(), bytes.size()) : 0;
    if (count <= 0)
      throw std::runtime_error("the server has nothing to tell");
    unread_.append(bytes.data(), static_cast<size_t>(count));
    end = unread_.find('\n');
  }
  auto line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  return boost::json::parse(line).as_object();
}

} // namespace tocsin::channels
