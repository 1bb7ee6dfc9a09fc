#pragma once

#include "app/cli/config/document.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

namespace tocsin::cli {

/// Reads the members of one map of a file and adds a fault for each that is not as it must be. What
/// is null counts as left out.
class map_reader {
public:
  /// `pointer` is where the map is. A value that is not a map reads as empty, and is a fault unless
  /// it is null.
  map_reader(const config_document& document, std::string pointer, const boost::json::value& x,
             config_faults& faults);

  const std::string& pointer() const { return pointer_; }
  std::string pointer_to(std::string_view key) const;

  /// All members in the order of the file, also those that are null.
  const boost::json::object& members() const { return members_; }

  /// The member `key`, or null.
  const boost::json::value& at(std::string_view key) const;

  std::string text(std::string_view key, std::string by_default);
  bool truth(std::string_view key, bool by_default);
  int64_t whole_number(std::string_view key, int64_t from, int64_t until, int64_t by_default);
  boost::json::array texts(std::string_view key);
  /// `{"include":[…],"exclude":[…]}`, both written out.
  boost::json::object selection(std::string_view key);
  map_reader map(std::string_view key);

  /// Adds a fault for each member that is not among `known`.
  void refuse_others(std::initializer_list<std::string_view> known);

  void complain(std::string_view key, std::string text);

private:
  const config_document& document_;
  std::string pointer_;
  boost::json::object members_;
  config_faults& faults_;
};

} // namespace tocsin::cli
