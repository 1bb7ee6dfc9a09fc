#include "app/bench/gate_setup.hpp"

#include "app/pki/authority.hpp"

#include <fmt/format.h>

namespace tocsin::bench {

expected<gate_setup> make_gate_setup(const std::filesystem::path& directory,
                                     const std::string& address) {
  auto authority = pki::authority::init(directory);
  if (!authority)
    return authority.error();
  auto node = authority->issue({pki::holder::node, "bench", {address}});
  if (!node)
    return node.error();
  auto panel = authority->issue({pki::holder::panel, "bench", {}});
  if (!panel)
    return panel.error();
  auto setting = [](const char* name, const std::filesystem::path& value) {
    return fmt::format("gate.{}={}", name, value.string());
  };
  gate_setup result;
  result.settings = {"gate.enabled=true",
                     fmt::format("gate.listen={}:0", address),
                     "gate.panels=" + panel->name,
                     "gate.nodes=" + node->name,
                     setting("authority_file", authority->certificate_path()),
                     setting("revoked_file", authority->revoked_path()),
                     setting("certificate_file", node->certificate),
                     setting("key_file", node->key)};
  result.panel = {authority->certificate_path(), {}, panel->certificate, panel->key};
  return result;
}

} // namespace tocsin::bench
