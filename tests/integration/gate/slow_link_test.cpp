#include "tests/integration/gate/gate_fixture.hpp"

#include <boost/asio/write.hpp>

#include <array>
#include <thread>

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;
using boost::system::error_code;
using tcp = boost::asio::ip::tcp;

/// So little fits between the two ends that what one writes goes as fast as the other reads.
constexpr int buffer_bytes = 16 * 1024;

/// Reads as from a line of some 200 kB/s, and says now and then that it is alive.
class slow_reader {
public:
  slow_reader(uint16_t port, const link::credential_files& files)
    : credentials_(link::load_credentials(files, link::link_end::panel).value()),
      stream_(context_, *credentials_) {
    stream_.next_layer().open(tcp::v4());
    stream_.next_layer().set_option(tcp::socket::receive_buffer_size{buffer_bytes});
    stream_.next_layer().connect({boost::asio::ip::address_v4::loopback(), port});
    stream_.handshake(link::tls_stream::client);
  }

  /// Reads until so many bytes have come or the other end closes; how many it were.
  size_t read(size_t wanted) {
    std::string ping;
    link::append_frame(ping, link::frame_kind::ping, {});
    std::array<char, 8 * 1024> part{};
    size_t result = 0;
    error_code ec;
    while (result < wanted && !ec) {
      std::this_thread::sleep_for(40ms);
      result += stream_.read_some(boost::asio::buffer(part), ec);
      boost::asio::write(stream_, boost::asio::buffer(ping), ec);
    }
    return result;
  }

private:
  link::tls_context credentials_;
  boost::asio::io_context context_;
  link::tls_stream stream_;
};

class quiet_owner final : public link::connection::owner {
public:
  void on_frame(link::frame_kind, std::string_view) override {}
  void on_written() override {}
  void on_write_failed(const std::string&) override {}
  void on_closed(const std::string& why) override { closed_for = why; }

  std::string closed_for;
};

class slow_link_test : public gate_fixture {};

TEST_F(slow_link_test, is_given_all_the_time_that_one_large_frame_takes) {
  boost::asio::io_context context;
  tcp::acceptor acceptor{context, {boost::asio::ip::address_v4::loopback(), 0}};
  size_t received = 0;
  std::thread panel{[&, port = acceptor.local_endpoint().port()] {
    received = slow_reader{port, panel_files_}.read(link::max_payload_bytes);
  }};
  auto socket = acceptor.accept();
  socket.set_option(tcp::socket::send_buffer_size{buffer_bytes});
  auto credentials = link::load_credentials(options_.files, link::link_end::node).value();
  link::tls_stream stream{std::move(socket), *credentials};
  stream.handshake(link::tls_stream::server);
  quiet_owner owner;
  auto connection = std::make_shared<link::connection>(std::move(stream), owner);
  auto began = std::chrono::steady_clock::now();
  connection->start();
  connection->send(link::frame_kind::stats, std::string(link::max_payload_bytes, 'x'));
  // It ends when the other end has read enough and closes.
  context.run();
  panel.join();
  EXPECT_GE(received, link::max_payload_bytes) << owner.closed_for;
  EXPECT_GT(std::chrono::steady_clock::now() - began, link::patience) << "the link is not slow";
}

} // namespace

} // namespace tocsin::gate
