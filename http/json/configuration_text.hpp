#pragma once

#include "messages/channel.hpp"
#include "messages/recipient.hpp"

#include <boost/json/object.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::http {

/// Builds a configuration file for `tocsin config apply`: everything that the service holds except
/// ids, revisions and instants. Defaults are left out. The same objects give the same text,
/// whatever their ids.
///
/// Secrets are not included: each is replaced by a `${VARIABLE}`, and the file's first lines name
/// those variables.
class configuration_text {
public:
  /// Begins with the event types that were added to the catalogue.
  configuration_text();

  /// Adds a recipient, its preference where one was ever saved, and its channels. Recipients come
  /// in the order of their names, as do the channels of each.
  void add(const recipient& x, const preference& wishes, const std::vector<channel_view>& channels);

  /// Returns the file, in YAML.
  std::string take();

private:
  void note_manager(std::string_view name);
  std::string name_variable(const channel& of, std::string_view field);
  boost::json::object channel_of(const channel_view& x);

  /// The name of the file that manages what comes first of all that is managed.
  std::string manager_;
  std::string event_types_;
  std::string admins_;
  std::string customers_;
  /// In the order of the file.
  std::vector<std::string> variables_;
  std::set<std::string, std::less<>> taken_;
};

} // namespace tocsin::http
