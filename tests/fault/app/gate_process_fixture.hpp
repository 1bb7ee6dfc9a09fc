#pragma once

#include "app/pki/authority.hpp"
#include "client/config.hpp"
#include "tests/support/reserved_port.hpp"
#include "tests/support/service_process.hpp"
#include "tests/support/standin/provider_standin.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tocsin {

/// A real service with its CAF door open and one webhook channel, which comes back on the same port
/// whenever it is started again; and a panel `shop` that may send.
class gate_process_fixture : public testing::Test {
protected:
  /// Starts the service and adds the channel.
  gate_process_fixture();

  client::config panel_config() const;

  /// The id of every event that arrived at the webhook, with the delivery ids it came under.
  std::map<std::string, std::set<std::string>> arrivals();

  /// Waits until everything that was accepted has been sent, a minute at most: only then has a
  /// second delivery of an event had the time to arrive, too.
  void wait_until_nothing_is_owed();

  /// Waits until `done` holds of the arrivals, a minute at most, and gives them.
  std::map<std::string, std::set<std::string>> wait_for_arrivals(
    const std::function<bool(const std::map<std::string, std::set<std::string>>&)>& done);

  temporary_directory directory;
  pki::authority authority = pki::authority::init(pki_directory()).value();
  pki::issued_files node = authority.issue({pki::holder::node, "one", {"127.0.0.1"}}).value();
  pki::issued_files panel = authority.issue({pki::holder::panel, "shop", {}}).value();
  reserved_port port;
  standin::provider_standin providers;
  service_process service{settings()};

  std::filesystem::path pki_directory() const { return directory.path() / "pki"; }

private:
  std::vector<std::string> settings() const;
};

} // namespace tocsin
