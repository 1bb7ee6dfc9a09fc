#include "tests/integration/gate/gate_fixture.hpp"
#include "tests/support/eventually.hpp"

#include <boost/asio/write.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <array>
#include <atomic>
#include <map>
#include <thread>

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;
using boost::system::error_code;
using link::frame_kind;
using tcp = boost::asio::ip::tcp;

/// So little fits into the panel's end that answers wait at the node's.
constexpr int panel_buffer_bytes = 16 * 1024;

/// A panel that sends without reading, and reads slowly then.
class busy_panel {
public:
  busy_panel(uint16_t port, const link::credential_files& files)
    : credentials_(link::load_credentials(files, link::link_end::panel).value()),
      stream_(context_, *credentials_) {
    stream_.next_layer().open(tcp::v4());
    stream_.next_layer().set_option(tcp::socket::receive_buffer_size{panel_buffer_bytes});
    stream_.next_layer().connect({boost::asio::ip::address_v4::loopback(), port});
    stream_.next_layer().set_option(tcp::no_delay{true});
    stream_.handshake(link::tls_stream::client);
  }

  void add(frame_kind kind, std::string_view payload) { link::append_frame(out_, kind, payload); }

  void send() {
    boost::asio::write(stream_, boost::asio::buffer(out_));
    out_.clear();
  }

  /// How many frames of each kind come before the other end closes.
  std::map<frame_kind, size_t> read_all() {
    std::map<frame_kind, size_t> result;
    std::string buffer;
    std::array<char, 8 * 1024> part{};
    for (error_code ec; !ec;) {
      std::this_thread::sleep_for(4ms);
      buffer.append(part.data(), stream_.read_some(boost::asio::buffer(part), ec));
      for (auto x = link::find_frame(buffer); x.state == link::frame_view::standing::complete;
           x = link::find_frame(buffer)) {
        ++result[x.kind];
        buffer.erase(0, x.bytes());
      }
    }
    return result;
  }

  /// Closes so that the other end is told of a reset.
  void reset() {
    stream_.next_layer().set_option(boost::asio::socket_base::linger{true, 0});
    stream_.next_layer().close();
  }

private:
  link::tls_context credentials_;
  boost::asio::io_context context_;
  link::tls_stream stream_;
  std::string out_;
};

class counting_owner final : public link::connection::owner {
public:
  void on_frame(frame_kind, std::string_view) override { ++frames; }
  void on_written() override {}
  void on_write_failed(const std::string&) override { has_failed = true; }
  void on_closed(const std::string& why) override { closed_for = why; }

  std::string closed_for;
  size_t frames = 0;
  bool has_failed = false;
};

class farewell_test : public gate_fixture {
protected:
  ~farewell_test() override { caf::anon_send_exit(actors_.stats, caf::exit_reason::user_shutdown); }
};

struct open_questions {
  std::vector<caf::typed_response_promise<node_stats>> promises;
};

TEST_F(farewell_test, gives_all_answers_to_a_panel_that_sends_on) {
  constexpr size_t count = 200;
  // While these questions are open the gate reads no further.
  constexpr size_t questions = 4;
  std::atomic<size_t> asked = 0;
  actors_.stats = system_->spawn(
    [&asked](stats_actor::stateful_pointer<open_questions> self) -> stats_actor::behavior_type {
      return {[self, &asked](const collect_stats&) {
        ++asked;
        return self->state.promises.emplace_back(self->make_response_promise<node_stats>());
      }};
    });
  start();
  busy_panel panel{options_.port, panel_files_};
  for (size_t i = 0; i < count; ++i)
    panel.add(frame_kind::submit,
              link::to_wire(uint64_t{i}, events_with_ids({std::string(1000, 'x')})));
  for (size_t i = 0; i < questions; ++i)
    panel.add(frame_kind::ask_stats, link::to_wire(uint64_t{count + i}));
  for (size_t i = 0; i < 20'000; ++i)
    panel.add(frame_kind::ping, {});
  panel.send();
  ASSERT_TRUE(log_.wait_for_events(count));
  ASSERT_TRUE(eventually([&] { return asked == questions; }));
  std::thread stop{[this] { server_.reset(); }};
  auto frames = panel.read_all();
  stop.join();
  EXPECT_EQ(frames[frame_kind::accepted], count);
  EXPECT_EQ(frames[frame_kind::goodbye], 1u);
}

TEST_F(farewell_test, is_heard_by_an_end_that_can_write_no_more) {
  constexpr size_t count = 3;
  boost::asio::io_context context;
  tcp::acceptor acceptor{context, {boost::asio::ip::address_v4::loopback(), 0}};
  std::thread peer{[&, port = acceptor.local_endpoint().port()] {
    busy_panel panel{port, panel_files_};
    for (size_t i = 0; i < count; ++i)
      panel.add(frame_kind::ping, {});
    panel.send();
    panel.reset();
  }};
  auto credentials = link::load_credentials(options_.files, link::link_end::node).value();
  link::tls_stream stream{acceptor.accept(), *credentials};
  stream.handshake(link::tls_stream::server);
  peer.join();
  counting_owner owner;
  auto connection = std::make_shared<link::connection>(std::move(stream), owner);
  // It writes before it reads, so that the write fails first.
  connection->send(frame_kind::ping, {});
  connection->start();
  context.run();
  EXPECT_TRUE(owner.has_failed);
  EXPECT_EQ(owner.frames, count) << owner.closed_for;
}

} // namespace

} // namespace tocsin::gate
