#include "http/json/object_reader.hpp"
#include "http/json/recipient_json.hpp"
#include "messages/event_catalogue.hpp"
#include "messages/field_errors.hpp"

#include <fmt/format.h>

namespace tocsin::http {

namespace json = boost::json;

namespace {

constexpr int minutes_per_hour = 60;

std::string time_of_day(uint16_t minute) {
  return fmt::format("{:02}:{:02}", minute / minutes_per_hour, minute % minutes_per_hour);
}

/// The minutes after midnight of `HH:MM`.
std::optional<uint16_t> parse_time_of_day(std::string_view text) {
  auto digit = [text](size_t at) { return text[at] - '0'; };
  if (text.size() != 5 || text[2] != ':')
    return std::nullopt;
  for (size_t at : {0, 1, 3, 4})
    if (digit(at) < 0 || digit(at) > 9)
      return std::nullopt;
  auto hour = digit(0) * 10 + digit(1);
  auto minute = digit(3) * 10 + digit(4);
  if (hour > 23 || minute > 59)
    return std::nullopt;
  return static_cast<uint16_t>(hour * minutes_per_hour + minute);
}

uint16_t read_time_of_day(object_reader& in, std::string_view key) {
  auto text = in.required_word(key);
  auto result = parse_time_of_day(text);
  if (!result && !text.empty())
    in.complain(key, "invalid", fmt::format("'{}' must be a time of day such as 22:00", key));
  return result.value_or(0);
}

quiet_hours read_quiet_hours(const json::object& object, const std::string& pointer,
                             std::vector<field_error>& errors) {
  object_reader in{object, pointer, errors};
  quiet_hours result;
  result.from_minute = read_time_of_day(in, "from");
  result.until_minute = read_time_of_day(in, "until");
  // UTC-14:00 to UTC+14:00 covers every offset in use.
  result.utc_offset_minutes
    = static_cast<int16_t>(in.integer("utc_offset_minutes", -840, 840).value_or(0));
  result.critical_bypass = in.boolean("critical_bypass").value_or(true);
  in.refuse_others();
  return result;
}

void check_event_types(const selection& x, std::vector<field_error>& errors) {
  auto check = [&errors](const std::vector<std::string>& types, const std::string& pointer) {
    for (size_t i = 0; i < types.size() && !is_full(errors); ++i)
      if (find_event_type(types[i]) == nullptr)
        errors.push_back({fmt::format("{}/{}", pointer, i),
                          std::string{to_string(errc::unknown_event_type)},
                          fmt::format("there is no event type '{}'", types[i])});
  };
  check(x.include, "/event_types/include");
  check(x.exclude, "/event_types/exclude");
}

} // namespace

void write_selection(json_writer& out, std::string_view name, const selection& x) {
  out.key(name).begin_object().list("include", x.include).list("exclude", x.exclude).end_object();
}

std::string to_json(const preference& x) {
  json_writer out;
  out.begin_object();
  write_selection(out, "customers", x.customers);
  write_selection(out, "services", x.services);
  write_selection(out, "event_types", x.event_types);
  out.key("quiet_hours");
  if (x.quiet)
    out.begin_object()
      .member("from", time_of_day(x.quiet->from_minute))
      .member("until", time_of_day(x.quiet->until_minute))
      .member("utc_offset_minutes", x.quiet->utc_offset_minutes)
      .member("critical_bypass", x.quiet->critical_bypass)
      .end_object();
  else
    out.null();
  out.text_or_null("managed_by", x.managed_by);
  return out.member("revision", x.revision).end_object().take();
}

expected<wanted_preference> decode_preference(const json::object& object) {
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  wanted_preference result;
  auto& value = result.value;
  value.customers = in.read_selection("customers");
  value.services = in.read_selection("services");
  value.event_types = in.read_selection("event_types");
  check_event_types(value.event_types, errors);
  if (auto quiet = in.object("quiet_hours"))
    value.quiet = read_quiet_hours(*quiet, "/quiet_hours", errors);
  value.managed_by = in.text("managed_by").value_or("");
  result.revision = in.integer("revision", 0, INT64_MAX);
  in.refuse_others();
  if (!errors.empty())
    return invalid_fields("the preference", std::move(errors));
  return result;
}

} // namespace tocsin::http
