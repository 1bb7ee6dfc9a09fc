#include "http/json/object_reader.hpp"

#include "http/json/word_list.hpp"
#include "messages/field_errors.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tocsin::http {

namespace json = boost::json;

namespace {

std::string_view view(json::string_view x) {
  return {x.data(), x.size()};
}

} // namespace

std::string_view kind_name(const json::value& x) {
  switch (x.kind()) {
  case json::kind::null: return "null";
  case json::kind::bool_: return "a boolean";
  case json::kind::string: return "a string";
  case json::kind::array: return "an array";
  case json::kind::object: return "an object";
  default: return "a number";
  }
}

const json::value* object_reader::find(std::string_view key) {
  known_.push_back(key);
  auto found = object_.if_contains(key);
  // A null says the same as leaving the member out. In a PATCH it has taken the place of what is
  // stored by now, so that the default counts.
  return found == nullptr || found->is_null() ? nullptr : found;
}

bool object_reader::has(std::string_view key) const {
  auto found = object_.if_contains(key);
  return found != nullptr && !found->is_null();
}

void object_reader::complain(std::string_view key, std::string code, std::string detail) {
  if (is_full(errors_))
    return;
  errors_.push_back({pointer_to(key), std::move(code), std::move(detail)});
}

void object_reader::refuse_type(std::string_view key, std::string_view wanted,
                                const json::value& got) {
  complain(key, "wrong_type", fmt::format("'{}' takes {}, not {}", key, wanted, kind_name(got)));
}

std::optional<std::string> object_reader::text(std::string_view key) {
  auto found = find(key);
  if (found == nullptr)
    return std::nullopt;
  if (auto x = found->if_string())
    return std::string{x->data(), x->size()};
  refuse_type(key, "a string", *found);
  return std::nullopt;
}

std::string object_reader::required_text(std::string_view key) {
  if (!has(key)) {
    known_.push_back(key);
    complain(key, "required", fmt::format("'{}' is required", key));
    return {};
  }
  return text(key).value_or(std::string{});
}

std::string object_reader::required_word(std::string_view key) {
  if (has(key))
    return word(key).value_or(std::string{});
  return required_text(key);
}

std::optional<std::string> object_reader::word(std::string_view key) {
  auto result = text(key);
  if (result == "")
    complain(key, "too_short", fmt::format("'{}' must not be empty", key));
  return result;
}

std::optional<bool> object_reader::boolean(std::string_view key) {
  auto found = find(key);
  if (found == nullptr)
    return std::nullopt;
  if (auto x = found->if_bool())
    return *x;
  refuse_type(key, "a boolean", *found);
  return std::nullopt;
}

std::optional<int64_t> object_reader::integer(std::string_view key, int64_t low, int64_t high) {
  auto found = find(key);
  if (found == nullptr)
    return std::nullopt;
  auto x = found->if_int64();
  if (x != nullptr && *x >= low && *x <= high)
    return *x;
  if (x != nullptr || found->is_uint64())
    complain(key, "out_of_range", fmt::format("'{}' takes {} to {}", key, low, high));
  else
    refuse_type(key, "a whole number", *found);
  return std::nullopt;
}

std::optional<std::vector<std::string>> object_reader::texts(std::string_view key) {
  auto found = array(key);
  if (found == nullptr)
    return std::nullopt;
  std::vector<std::string> result;
  for (size_t i = 0; i < found->size() && !is_full(errors_); ++i) {
    auto& entry = (*found)[i];
    if (auto x = entry.if_string())
      result.emplace_back(x->data(), x->size());
    else
      errors_.push_back({extend_pointer(pointer_to(key), std::to_string(i)), "wrong_type",
                         fmt::format("'{}' must contain strings, not {}", key, kind_name(entry))});
  }
  return result;
}

const json::object* object_reader::object(std::string_view key) {
  auto found = find(key);
  if (found == nullptr)
    return nullptr;
  if (auto x = found->if_object())
    return x;
  refuse_type(key, "an object", *found);
  return nullptr;
}

const json::array* object_reader::array(std::string_view key) {
  auto found = find(key);
  if (found == nullptr)
    return nullptr;
  if (auto x = found->if_array())
    return x;
  refuse_type(key, "an array", *found);
  return nullptr;
}

selection object_reader::read_selection(std::string_view key) {
  auto found = object(key);
  if (found == nullptr)
    return {};
  object_reader lists{*found, pointer_to(key), errors_};
  selection result{lists.texts("include").value_or(std::vector<std::string>{}),
                   lists.texts("exclude").value_or(std::vector<std::string>{})};
  lists.refuse_others();
  return result;
}

void object_reader::refuse_others(std::string_view read_only) {
  for (auto& [name, value] : object_) {
    if (is_full(errors_))
      return;
    auto key = view(name);
    if (std::find(known_.begin(), known_.end(), key) != known_.end())
      continue;
    if (is_listed(read_only, key))
      complain(key, "read_only", fmt::format("'{}' is set by the service", key));
    else
      complain(key, "unknown_key", fmt::format("'{}' is unknown", key));
  }
}

expected<json::object> parse_object(std::string_view body) {
  json::error_code ec;
  auto parsed = json::parse(body, ec);
  if (ec) {
    auto detail = body.empty() ? std::string{"the body is empty"}
                               : fmt::format("the body is not JSON: {}", ec.message());
    return fail(errc::invalid_argument, detail, {{"", "malformed_json", detail}});
  }
  if (auto x = parsed.if_object())
    return std::move(*x);
  auto detail = fmt::format("the body must be a JSON object, not {}", kind_name(parsed));
  return fail(errc::invalid_argument, detail, {{"", "wrong_type", detail}});
}

failure invalid_fields(std::string_view what, std::vector<field_error> errors) {
  auto is_unknown_type
    = [](const field_error& x) { return x.code == to_string(errc::unknown_event_type); };
  auto code = std::any_of(errors.begin(), errors.end(), is_unknown_type) ? errc::unknown_event_type
                                                                         : errc::invalid_argument;
  return fail(code, fmt::format("{} is not valid", what), std::move(errors));
}

} // namespace tocsin::http
