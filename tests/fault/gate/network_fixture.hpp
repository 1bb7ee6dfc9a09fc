#pragma once

#include "tests/fault/gate/network_pair.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <optional>
#include <stdexcept>
#include <unistd.h>

namespace tocsin {

/// Makes the network of a test. Without root the test is skipped, with the reason; as root, as in
/// CI, it fails where the kernel or `ip` refuse. False if there is none; the test ends then.
inline bool make_network(std::optional<network_pair>& network) {
  auto skip = [] { GTEST_SKIP() << "network namespaces take root; run this test as root"; };
  auto give_up = [](const char* why) { FAIL() << why; };
  if (::geteuid() != 0) {
    skip();
    return false;
  }
  try {
    network.emplace();
    return true;
  } catch (const std::runtime_error& error) {
    give_up(error.what());
    return false;
  }
}

} // namespace tocsin
