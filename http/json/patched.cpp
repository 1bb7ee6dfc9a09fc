#include "http/json/patched.hpp"

namespace tocsin::http {

void patch_over(boost::json::value& target, const boost::json::value& patch) {
  auto changes = patch.if_object();
  if (changes == nullptr) {
    target = patch;
    return;
  }
  auto& members = target.is_object() ? target.as_object() : target.emplace_object();
  for (auto& [key, change] : *changes)
    patch_over(members[key], change);
}

} // namespace tocsin::http
