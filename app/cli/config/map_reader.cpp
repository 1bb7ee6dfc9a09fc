#include "app/cli/config/map_reader.hpp"

#include "messages/json_pointer.hpp"

#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tocsin::cli {

namespace json = boost::json;

map_reader::map_reader(const config_document& document, std::string pointer, const json::value& x,
                       config_faults& faults)
  : document_(document), pointer_(std::move(pointer)), faults_(faults) {
  if (const auto* object = x.if_object())
    members_ = *object;
  else if (!x.is_null())
    faults_.push_back(document_.fault(pointer_, "expected a map of keys and values"));
}

std::string map_reader::pointer_to(std::string_view key) const {
  return extend_pointer(pointer_, key);
}

const json::value& map_reader::at(std::string_view key) const {
  static const json::value none;
  const auto* found = members_.if_contains(key);
  return found != nullptr ? *found : none;
}

std::string map_reader::text(std::string_view key, std::string by_default) {
  const auto& x = at(key);
  if (x.is_string())
    return std::string{x.get_string()};
  if (!x.is_null())
    complain(key, "expected a text; put numbers and truth values in quotes");
  return by_default;
}

bool map_reader::truth(std::string_view key, bool by_default) {
  const auto& x = at(key);
  if (x.is_bool())
    return x.get_bool();
  if (!x.is_null())
    complain(key, "expected true or false");
  return by_default;
}

int64_t map_reader::whole_number(std::string_view key, int64_t from, int64_t until,
                                 int64_t by_default) {
  const auto& x = at(key);
  if (x.is_int64() && x.get_int64() >= from && x.get_int64() <= until)
    return x.get_int64();
  if (!x.is_null())
    complain(key, fmt::format("expected a whole number from {} to {}", from, until));
  return by_default;
}

json::array map_reader::texts(std::string_view key) {
  const auto& x = at(key);
  json::array result;
  if (x.is_null())
    return result;
  if (!x.is_array()) {
    complain(key, "expected a list of texts");
    return result;
  }
  size_t place = 0;
  for (const auto& element : x.get_array()) {
    auto where = fmt::format("{}/{}", pointer_to(key), place++);
    if (element.is_string())
      result.push_back(element);
    else
      faults_.push_back(
        document_.fault(where, "expected a text; put numbers and truth values in quotes"));
  }
  return result;
}

json::object map_reader::selection(std::string_view key) {
  auto lists = map(key);
  json::object result;
  for (const auto* list : {"include", "exclude"})
    result[list] = lists.texts(list);
  lists.refuse_others({"include", "exclude"});
  return result;
}

map_reader map_reader::map(std::string_view key) {
  return {document_, pointer_to(key), at(key), faults_};
}

void map_reader::refuse_others(std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : members_)
    if (std::find(known.begin(), known.end(), std::string_view{key}) == known.end())
      complain(key, fmt::format("unknown here; expected one of {}", fmt::join(known, ", ")));
}

void map_reader::complain(std::string_view key, std::string text) {
  faults_.push_back(document_.fault(pointer_to(key), std::move(text)));
}

} // namespace tocsin::cli
