#pragma once

#include "messages/failure.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::channels {

/// Reads the fields of a channel's settings and collects what is wrong with them, so that people
/// are told every fault at once. A field that is `null` counts as left out.
class settings_reader {
public:
  explicit settings_reader(std::string_view json);

  /// A text without control characters, at most `max_bytes` long; empty where it is left out.
  std::string text(std::string_view key, size_t max_bytes = 2048);

  /// As `text`, but complains where it is left out or empty.
  std::string required_text(std::string_view key, size_t max_bytes = 2048);

  /// As `required_text`; a whole number is taken for its digits.
  std::string required_text_or_number(std::string_view key, size_t max_bytes);

  /// A whole number from `min` to `max`; texts of digits are accepted too.
  std::optional<int64_t> integer(std::string_view key, int64_t min, int64_t max);

  /// A list of 1 to `max_count` texts. What is not a text is reported, and is empty in the list.
  std::vector<std::string> required_list(std::string_view key, size_t max_count);

  /// An object of texts, which may hold any character; the caller checks them.
  std::map<std::string, std::string> texts(std::string_view key);

  /// An object of objects of texts, which may hold any character; the caller checks them.
  std::map<std::string, std::map<std::string, std::string>> objects_of_texts(std::string_view key);

  /// Records a fault of what stands at `place`: a JSON pointer below the settings without its
  /// first slash, so the key itself for a setting.
  void complain(std::string_view place, std::string code, std::string detail);

  /// Whether what stands at `place` has a fault already.
  bool has_complaint(std::string_view place) const;

  /// Ends the reading and reports unknown fields. Nothing if all is well.
  std::optional<failure> finish();

private:
  const boost::json::value* find(std::string_view key);
  void refuse_type(std::string_view place, std::string_view wanted);
  std::map<std::string, std::string> texts_of(const std::string& place,
                                              const boost::json::value& from);
  bool check_text(std::string_view key, std::string_view text, size_t max_bytes);

  boost::json::object object_;
  std::set<std::string, std::less<>> known_;
  std::vector<field_error> errors_;
};

} // namespace tocsin::channels
