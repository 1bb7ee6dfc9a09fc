#include "tests/fault/app/gate_process_fixture.hpp"
#include "tests/support/example_panel/panel_process.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin {

namespace {

constexpr size_t lines_per_round = 2'000;

class spool_kill_test : public gate_process_fixture {
protected:
  std::vector<std::string> panel_arguments() const {
    return {"127.0.0.1", std::to_string(port.number()), pki_directory().string(), "shop",
            (directory.path() / "spool").string()};
  }

  static std::vector<std::string> lines(int round) {
    std::vector<std::string> result;
    for (size_t i = 0; i < lines_per_round; ++i)
      result.push_back(fmt::format("round {} line {}", round, i));
    return result;
  }

  /// Kills the panel and keeps in mind what it had said.
  void kill(panel_process& x) {
    x.kill();
    auto spooled = x.spooled();
    promised.insert(spooled.begin(), spooled.end());
    auto accepted = x.accepted();
    promised.insert(accepted.begin(), accepted.end());
  }

  /// Every event that a panel was told is safe.
  std::set<std::string> promised;
};

TEST_F(spool_kill_test, what_the_spool_took_is_delivered_once_though_panel_and_service_are_killed) {
  service.kill();
  // Without a node the panel is killed in the middle of filling its spool, twice.
  for (int round = 0; round < 2; ++round) {
    panel_process first{panel_arguments()};
    first.send(lines(round));
    ASSERT_TRUE(first.wait_for_taken(200));
    kill(first);
    EXPECT_TRUE(first.accepted().empty()) << "there was a node";
    EXPECT_LT(first.spooled().size(), lines_per_round) << "it was killed too late to matter";
  }
  service.start();
  // With a node it is killed in the middle of emptying it, and the service as well.
  {
    panel_process second{panel_arguments()};
    wait_for_arrivals([](const auto& xs) { return xs.size() >= 50; });
    kill(second);
  }
  service.kill();
  service.start();
  panel_process third{panel_arguments()};
  third.send(lines(3));
  ASSERT_TRUE(third.wait_for_taken(lines_per_round));
  auto has_all = [&](const auto& xs) {
    return std::all_of(promised.begin(), promised.end(), [&](auto& id) { return xs.contains(id); });
  };
  kill(third);
  panel_process fourth{panel_arguments()};
  wait_for_arrivals(has_all);
  wait_until_nothing_is_owed();
  auto arrived = arrivals();
  EXPECT_TRUE(has_all(arrived));
  // An event that was accepted twice would have two deliveries.
  for (auto& [id, deliveries] : arrived)
    EXPECT_EQ(deliveries.size(), 1u) << id;
}

} // namespace

} // namespace tocsin
