#include "tests/support/standin/opsgenie_rules.hpp"

#include "tests/support/standin/json_shape.hpp"
#include "tests/support/standin/text_units.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tocsin::standin {

namespace json = boost::json;

namespace {

constexpr std::string_view alerts = "/opsgenie/v2/alerts";
constexpr std::size_t max_alert_nesting = 32;
constexpr std::size_t max_alias = 250;

verdict refuse_alert(int status, std::string_view reason) {
  auto body = json::serialize(json::object{{"message", reason}, {"took", 0.001}});
  return {false, make_reply(status, "application/json", std::move(body)), std::string{reason}};
}

fault check_tags(const json::object& alert) {
  const auto* tags = alert.if_contains("tags");
  if (tags == nullptr)
    return std::nullopt;
  if (!tags->is_array() || tags->get_array().size() > 20)
    return "alert: \"tags\" is not a list of at most 20";
  for (const auto& tag : tags->get_array())
    if (!tag.is_string() || tag.get_string().empty() || utf16_units(tag.get_string()) > 50)
      return "alert: a tag is not a string of 1 to 50 characters";
  return std::nullopt;
}

fault check_details(const json::object& alert) {
  const auto* details = alert.if_contains("details");
  if (details == nullptr)
    return std::nullopt;
  if (!details->is_object())
    return "alert: \"details\" is not an object";
  std::size_t size = 0;
  for (const auto& [key, value] : details->get_object()) {
    if (!value.is_string())
      return fmt::format("alert: the detail \"{}\" is not a string", std::string_view{key});
    size += utf16_units(key) + utf16_units(value.get_string());
  }
  return size > 8000 ? fault{"alert: \"details\" has more than 8000 characters"} : std::nullopt;
}

fault check_alert(const json::object& alert) {
  constexpr std::string_view where = "alert";
  if (auto f = only_keys(alert, where,
                         {"message", "alias", "description", "responders", "visibleTo", "actions",
                          "tags", "details", "entity", "source", "priority", "user", "note"}))
    return f;
  if (auto f = check_text(alert, "message", where, {1, 130, utf16_units}, presence::required))
    return f;
  if (auto f = check_text(alert, "alias", where, {1, max_alias, utf16_units}))
    return f;
  if (auto f = check_text(alert, "description", where, {0, 15'000, utf16_units}))
    return f;
  if (auto f = check_text(alert, "entity", where, {0, 512, utf16_units}))
    return f;
  if (auto f = check_text(alert, "source", where, {1, 100, utf16_units}))
    return f;
  const auto* priority = alert.if_contains("priority");
  constexpr std::string_view priorities[] = {"P1", "P2", "P3", "P4", "P5"};
  if (priority != nullptr
      && (!priority->is_string()
          || std::ranges::find(priorities, std::string_view{priority->get_string()})
               == std::end(priorities)))
    return "alert: \"priority\" is not P1 to P5";
  if (auto f = check_tags(alert))
    return f;
  return check_details(alert);
}

fault check_close(const json::object& body) {
  if (auto f = only_keys(body, "close", {"user", "source", "note"}))
    return f;
  if (auto f = check_text(body, "source", "close", {1, 100, utf16_units}))
    return f;
  return check_text(body, "note", "close", {0, 25'000, utf16_units});
}

/// The alias in `…/alerts/ALIAS/close`; empty if the path is not of that form.
std::string_view closed_alias(std::string_view path) {
  constexpr std::string_view end = "/close";
  if (!path.starts_with(alerts) || !path.ends_with(end)
      || path.size() <= alerts.size() + end.size())
    return {};
  path.remove_prefix(alerts.size() + 1);
  path.remove_suffix(end.size());
  return path.find('/') == std::string_view::npos ? path : std::string_view{};
}

} // namespace

verdict check_opsgenie(const request& req, const sighting& seen) {
  auto alias = closed_alias(req.path);
  if (req.path != alerts && alias.empty())
    return refuse_alert(404, "no such path");
  if (req.method != "POST")
    return refuse_alert(405, "only POST is allowed");
  constexpr std::string_view scheme = "GenieKey ";
  auto key = req.header("Authorization");
  if (!key.starts_with(scheme) || key.size() == scheme.size())
    return refuse_alert(401, "Authorization is not a GenieKey");
  if (!alias.empty() && (alias.size() > max_alias || req.query != "identifierType=alias"))
    return refuse_alert(422, "the identifier is not an alias");
  if (!is_json_content_type(req.header("Content-Type")))
    return refuse_alert(415, "Content-Type is not application/json");
  std::string reason;
  auto value = parse_json(req.body, max_alert_nesting, reason);
  if (!value || !value->is_object())
    return refuse_alert(422, value ? "the body is not a JSON object" : reason);
  const auto& object = value->get_object();
  if (auto f = alias.empty() ? check_alert(object) : check_close(object))
    return refuse_alert(422, *f);
  auto answer
    = json::serialize(json::object{{"result", "Request will be processed"},
                                   {"took", 0.302},
                                   {"requestId", fmt::format("standin-{}", seen.serial)}});
  return {true, make_reply(202, "application/json", std::move(answer)), {}};
}

} // namespace tocsin::standin
