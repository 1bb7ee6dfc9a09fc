#include "messages/merge_patch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace tocsin {

namespace json = boost::json;

void merge_patch(json::value& target, const json::value& patch) {
  auto changes = patch.if_object();
  if (!changes) {
    target = patch;
    return;
  }
  auto& members = target.is_object() ? target.as_object() : target.emplace_object();
  for (auto& [key, change] : *changes) {
    if (change.is_null())
      members.erase(key);
    else
      merge_patch(members[key], change);
  }
}

expected<std::string> merge_patch(std::string_view target, std::string_view patch) {
  json::error_code ec;
  auto result = json::parse(target, ec);
  if (ec)
    return fail(errc::invalid_argument, "the patched text is not JSON");
  auto changes = json::parse(patch, ec);
  if (ec)
    return fail(errc::invalid_argument, "the patch is not JSON");
  merge_patch(result, changes);
  return json::serialize(result);
}

} // namespace tocsin
