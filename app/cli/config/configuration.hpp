#pragma once

#include "app/cli/config/document.hpp"
#include "app/cli/config/object_key.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <string>

namespace tocsin::cli {

/// One object that a file describes.
struct wanted_object {
  /// Where it stands in the file.
  std::string pointer;
  /// As the API takes them, with every default written out, but for those of a channel's
  /// `settings`.
  boost::json::object members;
};

/// What a file wants the service to hold.
struct configuration {
  /// By which name it manages its objects.
  std::string manager;
  std::map<object_key, wanted_object> objects;
};

/// The manager of a file that does not say `name`.
inline constexpr const char* default_manager = "file";

/// Reads the objects out of `document` and adds to `faults` what is wrong with names, keys and
/// types. What only the service can judge (settings, triggers, event types) is taken as it is.
configuration read_configuration(const config_document& document, config_faults& faults);

} // namespace tocsin::cli
