#include "app/cli/config/overwriting_patch.hpp"

namespace tocsin::cli {

boost::json::object overwriting_patch(const boost::json::object& stored,
                                      const boost::json::object& wanted) {
  boost::json::object result;
  for (const auto& [key, value] : wanted) {
    const auto* before = stored.if_contains(key);
    if (value.is_object() && before != nullptr && before->is_object())
      result[key] = overwriting_patch(before->get_object(), value.get_object());
    else
      result[key] = value;
  }
  for (const auto& [key, value] : stored)
    if (!wanted.contains(key))
      result[key] = nullptr;
  return result;
}

} // namespace tocsin::cli
