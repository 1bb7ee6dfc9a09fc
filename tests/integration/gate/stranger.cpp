#include "tests/integration/gate/stranger.hpp"

#include <boost/asio/write.hpp>

#include <array>

namespace tocsin::gate {

namespace asio = boost::asio;

using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

tcp::endpoint loopback(uint16_t port) {
  return {asio::ip::address_v4::loopback(), port};
}

} // namespace

stranger::stranger(uint16_t port, const std::string& from) {
  socket_.open(tcp::v4());
  socket_.bind({asio::ip::make_address(from), 0});
  socket_.connect(loopback(port));
}

void stranger::send(std::string_view bytes) {
  error_code ignored;
  asio::write(socket_, asio::buffer(bytes), ignored);
}

bool stranger::is_closed_within(std::chrono::milliseconds limit) {
  std::array<char, 4096> scratch{};
  bool closed = false;
  std::function<void()> read = [&] {
    socket_.async_read_some(asio::buffer(scratch), [&](error_code ec, size_t) {
      if (ec)
        closed = true;
      else
        read();
    });
  };
  read();
  context_.restart();
  context_.run_for(limit);
  socket_.cancel();
  auto result = closed;
  context_.restart();
  context_.run();
  return result;
}

tls_stranger::tls_stranger(uint16_t port, const link::credential_files& files)
  : credentials_(link::load_credentials(files, link::link_end::panel).value()),
    stream_(context_, *credentials_) {
  error_code ignored;
  stream_.next_layer().connect(loopback(port));
  stream_.handshake(link::tls_stream::client, ignored);
}

void tls_stranger::send(std::string_view bytes) {
  error_code ignored;
  asio::write(stream_, asio::buffer(bytes), ignored);
}

void tls_stranger::send_frame(link::frame_kind kind, std::string_view payload) {
  std::string bytes;
  link::append_frame(bytes, kind, payload);
  send(bytes);
}

std::optional<std::pair<link::frame_kind, std::string>> tls_stranger::read() {
  for (;;) {
    auto frame = link::find_frame(buffer_);
    if (frame.state == link::frame_view::standing::complete) {
      std::pair result{frame.kind, std::string{frame.payload}};
      buffer_.erase(0, frame.bytes());
      return result;
    }
    std::array<char, 4096> part{};
    error_code ec;
    auto count = stream_.read_some(asio::buffer(part), ec);
    if (ec)
      return std::nullopt;
    buffer_.append(part.data(), count);
  }
}

std::optional<std::string> tls_stranger::read_until(link::frame_kind kind) {
  while (auto frame = read())
    if (frame->first == kind)
      return frame->second;
  return std::nullopt;
}

} // namespace tocsin::gate
