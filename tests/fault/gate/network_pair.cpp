#include "tests/fault/gate/network_pair.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace tocsin {

namespace {

/// Nobody's address.
constexpr const char* dead_end = "02:00:00:00:00:99";

int open_namespace() {
  return ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

int make_namespace() {
  if (::unshare(CLONE_NEWNET) != 0)
    throw std::runtime_error(
      fmt::format("cannot make a network namespace: {}", std::strerror(errno)));
  return open_namespace();
}

} // namespace

network_pair::network_pair() : home_(open_namespace()) {
  node_ = make_namespace();
  panel_ = make_namespace();
  run_at(side::panel, {"link", "add", "panel", "type", "veth", "peer", "name", "node"});
  run_at(side::panel,
         {"link", "set", "node", "netns", fmt::format("/proc/{}/fd/{}", ::getpid(), node_)});
  auto configure = [this](side x, const std::string& device, const std::string& address) {
    run_at(x, {"link", "set", "lo", "up"});
    run_at(x, {"address", "add", address + "/24", "dev", device});
    run_at(x, {"link", "set", device, "up"});
  };
  configure(side::node, "node", node_address);
  configure(side::panel, "panel", panel_address);
  run_at(side::panel, {"neighbour", "replace", black_hole, "lladdr", dead_end, "dev", "panel",
                       "nud", "permanent"});
  ::setns(home_, CLONE_NEWNET);
}

network_pair::~network_pair() {
  ::setns(home_, CLONE_NEWNET);
  for (auto fd : {home_, node_, panel_})
    ::close(fd);
}

void network_pair::enter(side x) const {
  if (::setns(x == side::node ? node_ : panel_, CLONE_NEWNET) != 0)
    throw std::runtime_error(
      fmt::format("cannot enter a network namespace: {}", std::strerror(errno)));
}

void network_pair::unplug() const {
  run_at(side::node, {"link", "set", "node", "down"});
}

void network_pair::plug_in() const {
  run_at(side::node, {"link", "set", "node", "up"});
}

void network_pair::swallow_all() const {
  auto lead_astray = [this](side x, const char* other, const char* device) {
    run_at(x,
           {"neighbour", "replace", other, "lladdr", dead_end, "dev", device, "nud", "permanent"});
  };
  lead_astray(side::panel, node_address, "panel");
  lead_astray(side::node, panel_address, "node");
}

void network_pair::run_at(side x, const std::vector<std::string>& arguments) const {
  auto before = open_namespace();
  enter(x);
  auto line = std::string{"ip"};
  std::vector<char*> argv{line.data()};
  auto words = arguments;
  for (auto& word : words)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  auto error = ::posix_spawnp(&child, "ip", nullptr, nullptr, argv.data(), environ);
  ::setns(before, CLONE_NEWNET);
  ::close(before);
  int status = 0;
  if (error == 0)
    ::waitpid(child, &status, 0);
  if (error != 0 || status != 0)
    throw std::runtime_error(fmt::format("'ip {}' failed: {}", fmt::join(arguments, " "),
                                         error != 0 ? std::strerror(error) : "see its message"));
}

} // namespace tocsin
