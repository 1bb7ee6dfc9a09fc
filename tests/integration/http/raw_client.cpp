#include "tests/integration/http/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace tocsin::http {

namespace {

std::string lower(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

raw_response parse_head(std::string_view head) {
  raw_response result;
  result.status = static_cast<unsigned>(std::stoul(std::string{head.substr(9, 3)}));
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    auto line = head.substr(0, head.find("\r\n"));
    auto colon = line.find(": ");
    result.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
    head.remove_prefix(line.size() + 2);
  }
  return result;
}

} // namespace

raw_client::raw_client(uint16_t port, const char* from)
  : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = ::inet_addr(from);
  ::bind(socket_, reinterpret_cast<sockaddr*>(&own), sizeof(own));
  timeval patience{20, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0)
    throw std::runtime_error("cannot connect");
}

raw_client::~raw_client() {
  ::close(socket_);
}

bool raw_client::send(std::string_view text) {
  while (!text.empty()) {
    auto sent = transmit(text.data(), text.size());
    if (sent <= 0)
      return false;
    text.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

ssize_t raw_client::transmit(const char* bytes, size_t size) {
  return ::send(socket_, bytes, size, MSG_NOSIGNAL);
}

ssize_t raw_client::receive(char* bytes, size_t size) {
  return ::recv(socket_, bytes, size, 0);
}

void raw_client::end_sending() {
  ::shutdown(socket_, SHUT_WR);
}

bool raw_client::fill() {
  char chunk[4096];
  auto got = receive(chunk, sizeof(chunk));
  if (got <= 0)
    return false;
  buffer_.append(chunk, static_cast<size_t>(got));
  return true;
}

std::optional<raw_response> raw_client::read(bool has_body) {
  while (buffer_.find("\r\n\r\n") == std::string::npos)
    if (!fill())
      return std::nullopt;
  auto end = buffer_.find("\r\n\r\n") + 4;
  auto result = parse_head(std::string_view{buffer_}.substr(0, end - 2));
  buffer_.erase(0, end);
  auto length = result.headers.find("content-length");
  if (!has_body || length == result.headers.end())
    return result;
  auto size = std::stoul(length->second);
  while (buffer_.size() < size)
    if (!fill())
      return std::nullopt;
  result.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return result;
}

std::optional<std::string> raw_client::read_chunk() {
  while (buffer_.find("\r\n") == std::string::npos)
    if (!fill())
      return std::nullopt;
  auto begin = buffer_.find("\r\n") + 2;
  auto size = std::stoul(buffer_, nullptr, 16);
  while (buffer_.size() < begin + size + 2)
    if (!fill())
      return std::nullopt;
  auto result = buffer_.substr(begin, size);
  buffer_.erase(0, begin + size + 2);
  return result;
}

bool raw_client::has_input() const {
  char byte = 0;
  return ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

bool raw_client::sees_close() {
  char byte = 0;
  return buffer_.empty() && receive(&byte, 1) == 0;
}

bool raw_client::read_until(std::string_view text) {
  while (buffer_.find(text) == std::string::npos)
    if (!fill())
      return false;
  buffer_.erase(0, buffer_.find(text) + text.size());
  return true;
}

} // namespace tocsin::http
