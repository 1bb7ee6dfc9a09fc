#include "tests/support/standin/control_face.hpp"

#include "tests/support/standin/failures.hpp"
#include "tests/support/standin/json_shape.hpp"
#include "tests/support/standin/record_json.hpp"
#include "tests/support/standin/script_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>

namespace tocsin::standin {

namespace json = boost::json;

namespace {

constexpr std::size_t default_list_limit = 1000;

reply json_reply(const json::value& body, int status = 200) {
  return make_reply(status, "application/json", json::serialize(body) + "\n");
}

reply fine() {
  return json_reply(json::object{{"status", "ok"}});
}

reply wrong(std::string_view what, int status = 400) {
  return json_reply(json::object{{"error", what}}, status);
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

reply failure_names() {
  json::array names;
  for (const auto& each : known_failures())
    names.emplace_back(each.name);
  return json_reply(names);
}

bool flag_or(const json::object& object, std::string_view key, bool otherwise) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

} // namespace

http_outcome control_face::receive(const request& req) {
  return {script_action::answer, answer(req), 0, {}};
}

reply control_face::answer(const request& req) {
  if (req.method == "GET") {
    if (req.path == "/health")
      return json_reply(health_());
    if (req.path == "/count")
      return json_reply(to_json(records_.counts()));
    if (req.path == "/received")
      return list(ruling::accepted, req);
    if (req.path == "/refused")
      return list(ruling::refused, req);
    if (req.path == "/failures")
      return failure_names();
    return wrong("not found", 404);
  }
  if (req.method != "POST")
    return wrong("only GET and POST are allowed", 405);
  std::string reason;
  auto body = parse_json(req.body.empty() ? "{}" : req.body, 32, reason);
  if (!body || !body->is_object())
    return wrong(body ? "the body is not a JSON object" : reason);
  if (req.path == "/script")
    return add_script(body->get_object());
  if (req.path == "/clear")
    return clear(body->get_object());
  if (req.path == "/limits")
    return set_limits(body->get_object());
  if (req.path == "/secrets")
    return set_secrets(body->get_object());
  return wrong("not found", 404);
}

reply control_face::list(ruling how, const request& req) const {
  auto params = query_params(req.query);
  if (!params)
    return wrong("the query cannot be parsed");
  std::optional<provider> from;
  std::uint64_t after = 0;
  std::size_t limit = default_list_limit;
  for (const auto& [key, value] : *params) {
    bool known = key == "provider" || key == "after" || key == "limit";
    if (key == "provider" && !(from = parse_provider(value)))
      return wrong("no such provider");
    if (!known || (key == "after" && !read_number(value, after))
        || (key == "limit" && !read_number(value, limit)))
      return wrong("the parameters are provider, after and limit");
  }
  json::array result;
  for (const auto& each : records_.list(how, from, after, limit))
    result.push_back(to_json(each, how));
  return json_reply(result);
}

reply control_face::add_script(const json::object& body) {
  auto order = parse_script_order(body);
  if (const auto* f = std::get_if<std::string>(&order))
    return wrong(*f);
  auto& [endpoint, what] = std::get<script_order>(order);
  scripts_.add(endpoint, std::move(what));
  return fine();
}

reply control_face::clear(const json::object& body) {
  if (auto f = only_keys(body, "body", {"records", "scripts"}))
    return wrong(*f);
  if (flag_or(body, "records", true))
    records_.clear();
  if (flag_or(body, "scripts", true)) {
    scripts_.clear();
    desk_.clear();
  }
  return fine();
}

reply control_face::set_limits(const json::object& body) {
  if (auto f = only_keys(body, "body", {"slack", "discord", "telegram"}))
    return wrong(*f);
  if (auto f = check_flags(body, "body", {"slack", "discord", "telegram"}))
    return wrong(*f);
  for (const auto& member : body)
    desk_.limit(*parse_provider(member.key()), member.value().get_bool());
  return fine();
}

reply control_face::set_secrets(const json::object& body) {
  if (auto f = only_keys(body, "body", {"name", "secrets"}))
    return wrong(*f);
  const auto* name = body.if_contains("name");
  const auto* list = body.if_contains("secrets");
  if (name == nullptr || !name->is_string() || list == nullptr || !list->is_array())
    return wrong("name must be a string and secrets an array");
  std::vector<std::string> secrets;
  for (const auto& each : list->get_array()) {
    if (!each.is_string())
      return wrong("a secret is not a string");
    secrets.emplace_back(each.get_string());
  }
  desk_.set_webhook_secrets(std::string{std::string_view{name->get_string()}}, std::move(secrets));
  return fine();
}

} // namespace tocsin::standin
