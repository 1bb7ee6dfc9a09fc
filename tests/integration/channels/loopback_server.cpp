#include "tests/integration/channels/loopback_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tocsin::channels {

namespace {

void watch(int epoll, int fd, uint32_t events, int what = EPOLL_CTL_ADD) {
  epoll_event x{};
  x.events = events;
  x.data.fd = fd;
  epoll_ctl(epoll, what, fd, &x);
}

std::string lower(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// Reads the value of Content-Length out of a request's head; 0 if there is none.
size_t content_length(std::string_view head) {
  constexpr std::string_view name = "\r\nContent-Length: ";
  auto at = head.find(name);
  size_t result = 0;
  if (at != std::string_view::npos)
    std::from_chars(head.data() + at + name.size(), head.data() + head.size(), result);
  return result;
}

received_request parse(std::string_view head, std::string_view body) {
  received_request result;
  auto line_end = head.find("\r\n");
  auto line = head.substr(0, line_end);
  auto first = line.find(' ');
  auto second = line.find(' ', first + 1);
  result.method = line.substr(0, first);
  result.path = line.substr(first + 1, second - first - 1);
  while (line_end != std::string_view::npos) {
    auto start = line_end + 2;
    line_end = head.find("\r\n", start);
    line = head.substr(start, line_end - start);
    if (auto colon = line.find(": "); colon != std::string_view::npos)
      result.headers.emplace(lower(line.substr(0, colon)), line.substr(colon + 2));
  }
  result.body = body;
  return result;
}

} // namespace

std::string http_reply(std::string_view status, std::string_view body,
                       std::string_view extra_headers) {
  return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(),
                     extra_headers, body);
}

loopback_server::loopback_server(handler answer) : answer_{std::move(answer)} {
  open();
}

loopback_server::loopback_server(std::string fixed_reply) : fixed_reply_{std::move(fixed_reply)} {
  open();
}

loopback_server::~loopback_server() {
  uint64_t one = 1;
  [[maybe_unused]] auto written = write(wake_, &one, sizeof one);
  thread_.join();
  for (auto& [fd, x] : open_)
    close(fd);
  close(listener_);
  close(epoll_);
  close(wake_);
}

std::string loopback_server::url(std::string_view path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

void loopback_server::open() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0
      || listen(listener_, 1024) != 0)
    throw std::runtime_error("cannot listen on the loopback interface");
  socklen_t length = sizeof address;
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.sin_port);
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  wake_ = eventfd(0, EFD_CLOEXEC);
  watch(epoll_, listener_, EPOLLIN);
  watch(epoll_, wake_, EPOLLIN);
  thread_ = std::thread{[this] { run(); }};
}

void loopback_server::run() {
  std::array<epoll_event, 128> events;
  while (true) {
    auto count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      auto& event = events[static_cast<size_t>(i)];
      if (event.data.fd == wake_)
        return;
      if (event.data.fd == listener_)
        accept_one();
      else if (event.events & EPOLLOUT)
        flush(event.data.fd);
      else
        on_readable(event.data.fd);
    }
  }
}

void loopback_server::accept_one() {
  auto fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0)
    return;
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  open_[fd].number = ++connections_;
  watch(epoll_, fd, EPOLLIN);
}

void loopback_server::on_readable(int fd) {
  auto& x = open_[fd];
  std::array<char, 16384> buffer;
  auto count = recv(fd, buffer.data(), buffer.size(), 0);
  if (count <= 0)
    return drop(fd, false);
  x.in.append(buffer.data(), static_cast<size_t>(count));
  while (take_request(x)) {
  }
  flush(fd);
}

bool loopback_server::take_request(connection& x) {
  auto head_end = x.in.find("\r\n\r\n");
  if (head_end == std::string::npos)
    return false;
  auto head = std::string_view{x.in}.substr(0, head_end);
  auto total = head_end + 4 + content_length(head);
  if (x.in.size() < total)
    return false;
  ++requests_;
  if (!answer_) {
    x.out += fixed_reply_;
  } else {
    auto request = parse(head, std::string_view{x.in}.substr(head_end + 4, total - head_end - 4));
    request.connection = x.number;
    auto plan = answer_(request);
    x.out += plan.bytes;
    x.after = plan.after;
    if (plan.endless)
      x.endless = plan.bytes;
  }
  x.in.erase(0, total);
  return true;
}

void loopback_server::flush(int fd) {
  auto& x = open_[fd];
  while (true) {
    if (x.out.empty() && !x.endless.empty())
      x.out = x.endless;
    if (x.out.empty())
      break;
    auto count = send(fd, x.out.data(), x.out.size(), MSG_NOSIGNAL);
    if (count < 0) {
      if (errno == EAGAIN)
        return watch(epoll_, fd, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
      return drop(fd, false);
    }
    x.out.erase(0, static_cast<size_t>(count));
  }
  if (x.after != reply_plan::then::keep)
    drop(fd, x.after == reply_plan::then::reset);
}

void loopback_server::drop(int fd, bool reset) {
  if (reset) {
    linger no_goodbye{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &no_goodbye, sizeof no_goodbye);
  }
  close(fd);
  open_.erase(fd);
}

} // namespace tocsin::channels
