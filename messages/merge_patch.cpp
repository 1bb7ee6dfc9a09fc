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

std::vector<std::string> changed_members(std::string_view before, std::string_view after) {
  json::error_code ec;
  auto old = json::parse(before, ec);
  if (ec || !old.is_object())
    return {};
  auto now = json::parse(after, ec);
  if (ec || !now.is_object())
    return {};
  std::vector<std::string> result;
  for (auto& [key, value] : now.get_object())
    if (auto found = old.get_object().if_contains(key); !found || *found != value)
      result.emplace_back(key);
  for (auto& [key, value] : old.get_object())
    if (!now.get_object().contains(key))
      result.emplace_back(key);
  return result;
}

} // namespace tocsin
