#include "client/connect.hpp"
#include "tests/integration/gate/gate_fixture.hpp"
#include "tests/support/disk_shim/disk_shim.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/reserved_port.hpp"

#include <caf/scoped_actor.hpp>

#include <chrono>

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;

/// A panel whose spool holds some events and lies on a disk that takes nothing any more.
class failing_spool_test : public gate_fixture {
protected:
  static constexpr size_t count = 20;

  failing_spool_test() {
    options_.port = port_.number();
    settings_ = panel_config();
    settings_.spool.directory = directory_.path() / "spool";
    settings_.spool.after = 0ms;
    settings_.spool.on_refused = [](const submit_events&, const failure&) {};
    settings_.on_change = [this](const std::string& what) { panel_log_.noted({false, what, {}}); };
  }

  ~failing_spool_test() override { disk_shim::heal(); }

  void SetUp() override {
    panel_ = connect(settings_);
    caf::scoped_actor self{*system_};
    for (size_t i = 0; i < count; ++i)
      self->request(panel_, 30s, events_with_ids({std::to_string(i)}))
        .receive(
          [](const events_accepted& x) { EXPECT_TRUE(client::is_spooled(x.receipts.at(0))); },
          [](const caf::error&) { ADD_FAILURE() << "the spool did not take it"; });
  }

  reserved_port port_;
  client::config settings_;
  gate_log panel_log_;
  client::node_actor panel_;
};

TEST_F(failing_spool_test, sends_what_it_holds_once_and_tells_of_its_disk_once) {
  disk_shim::fail(settings_.spool.directory, disk_shim::call::write, 0);
  auto began = std::chrono::steady_clock::now();
  start();
  ASSERT_TRUE(log_.wait_for_events(count));
  // The first tries lie a second and two seconds apart.
  ASSERT_TRUE(eventually([] { return disk_shim::failures() >= 3; }));
  EXPECT_GE(std::chrono::steady_clock::now() - began, 3s);
  EXPECT_EQ(panel_log_.count("stays in the spool for now"), 1u);
  EXPECT_EQ(log_.events().size(), count);
}

} // namespace

} // namespace tocsin::gate
