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

  /// Reads until this many bytes have come or the other end closes; returns how many came.
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

  /// Reads nothing, and says that it is alive until the other end closes, for ten seconds at most.
  void ignore() {
    std::string ping;
    link::append_frame(ping, link::frame_kind::ping, {});
    auto end = std::chrono::steady_clock::now() + 10s;
    for (error_code ec; !ec && std::chrono::steady_clock::now() < end;
         boost::asio::write(stream_, boost::asio::buffer(ping), ec))
      std::this_thread::sleep_for(40ms);
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

class slow_link_test : public gate_fixture {
protected:
  /// Lets the next panel in and sends it one large frame.
  std::shared_ptr<link::connection> serve(link::connection::owner& owner) {
    auto socket = acceptor_.accept();
    socket.set_option(tcp::socket::send_buffer_size{buffer_bytes});
    link::tls_stream stream{std::move(socket), *credentials_};
    stream.handshake(link::tls_stream::server);
    auto result = std::make_shared<link::connection>(std::move(stream), owner);
    result->start();
    result->send(link::frame_kind::stats, std::string(link::max_payload_bytes, 'x'));
    return result;
  }

  boost::asio::io_context context_;
  tcp::acceptor acceptor_{context_, {boost::asio::ip::address_v4::loopback(), 0}};
  link::tls_context credentials_
    = link::load_credentials(options_.files, link::link_end::node).value();
};

/// At the same time, as it takes long: a panel that takes nothing is given up though it is alive.
TEST_F(slow_link_test, is_given_all_the_time_that_one_large_frame_takes) {
  auto port = acceptor_.local_endpoint().port();
  quiet_owner of_slow;
  quiet_owner of_deaf;
  size_t received = 0;
  std::thread slow{[&] {
    received = slow_reader{port, panel_files_}.read(link::max_payload_bytes);
  }};
  auto connection = serve(of_slow);
  std::thread deaf{[&] { slow_reader{port, panel_files_}.ignore(); }};
  auto in_vain = serve(of_deaf);
  auto began = std::chrono::steady_clock::now();
  // It ends when one has read enough and closes, and the other was given up.
  context_.run();
  slow.join();
  deaf.join();
  EXPECT_GE(received, link::max_payload_bytes) << of_slow.closed_for;
  EXPECT_GT(std::chrono::steady_clock::now() - began, link::patience) << "the link is not slow";
  EXPECT_EQ(of_deaf.closed_for, "the peer takes nothing any more");
}

} // namespace

} // namespace tocsin::gate
