#include "app/cli/channel_draft.hpp"

#include "app/cli/trigger_words.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tocsin::cli {

namespace {

boost::json::array texts(const std::vector<std::string>& from) {
  return boost::json::array(from.begin(), from.end());
}

boost::json::object selection_of(const std::vector<std::string>& include,
                                 const std::vector<std::string>& exclude) {
  return {{"include", texts(include)}, {"exclude", texts(exclude)}};
}

expected<boost::json::object> triggers_of(const channel_draft& draft) {
  auto result = read_triggers(draft.triggers);
  if (!result)
    return result;
  auto receivers = read_receivers("--trigger-to", draft.trigger_to);
  if (!receivers)
    return receivers.error();
  for (auto& [type, addresses] : *receivers) {
    if (addresses.empty())
      return fail(errc::invalid_argument,
                  fmt::format("--trigger-to {}=: expected TYPE=ADDRESS", type));
    auto& trigger = (*result)[type];
    if (!trigger.is_object())
      trigger = boost::json::object{{"on", true}};
    trigger.get_object()["to"] = std::move(addresses);
  }
  return result;
}

expected<boost::json::object> headers_of(const channel_draft& draft, value_input& input) {
  boost::json::object result;
  for (const auto& line : draft.headers) {
    auto colon = line.find(':');
    auto begin = colon == std::string::npos ? colon : line.find_first_not_of(' ', colon + 1);
    if (colon == 0 || begin == std::string::npos)
      // The line may hold a secret, so it is not repeated.
      return fail(errc::invalid_argument, "--header: expected 'NAME: VALUE'");
    auto value = input.resolve("--header", line.substr(begin));
    if (!value)
      return value.error();
    result[line.substr(0, colon)] = *value;
  }
  return result;
}

expected<boost::json::object> templates_of(const channel_draft& draft, value_input& input) {
  boost::json::object result;
  for (const auto& word : draft.templates) {
    auto slash = word.find('/');
    auto at = word.find('=');
    if (slash == std::string::npos || at == std::string::npos || slash == 0 || at < slash + 2)
      return fail(errc::invalid_argument,
                  fmt::format("--template {}: expected TYPE/PART=TEMPLATE", word));
    auto text = input.resolve("--template", word.substr(at + 1));
    if (!text)
      return text.error();
    auto& parts = result[word.substr(0, slash)];
    if (!parts.is_object())
      parts = boost::json::object{};
    parts.get_object()[word.substr(slash + 1, at - slash - 1)] = *text;
  }
  return result;
}

expected<boost::json::object> settings_of(const channel_draft& draft, value_input& input) {
  boost::json::object result;
  for (const auto& [name, value] : draft.plain)
    if (!value.empty())
      result[name] = value;
  if (draft.port != 0)
    result["port"] = draft.port;
  if (!draft.to.empty())
    result["to"] = texts(draft.to);
  for (const auto& [name, value] : draft.secret) {
    if (value.empty())
      continue;
    auto option = "--" + name;
    std::replace(option.begin(), option.end(), '_', '-');
    auto resolved = input.resolve(option, value);
    if (!resolved)
      return resolved.error();
    result[name] = *resolved;
  }
  if (!draft.headers.empty()) {
    auto headers = headers_of(draft, input);
    if (!headers)
      return headers;
    result["headers"] = *headers;
  }
  if (!draft.templates.empty()) {
    auto templates = templates_of(draft, input);
    if (!templates)
      return templates;
    result["templates"] = *templates;
  }
  return result;
}

} // namespace

expected<boost::json::object> channel_body(const channel_draft& draft, value_input& input) {
  auto triggers = triggers_of(draft);
  if (!triggers)
    return triggers;
  auto settings = settings_of(draft, input);
  if (!settings)
    return settings;
  boost::json::object result{{"type", draft.type}, {"name", draft.name}};
  if (!draft.owner.empty())
    result["owner"] = draft.owner;
  if (draft.disabled)
    result["enabled"] = false;
  if (!triggers->empty())
    result["triggers"] = *triggers;
  boost::json::object filters;
  if (!draft.include_customers.empty() || !draft.exclude_customers.empty())
    filters["customers"] = selection_of(draft.include_customers, draft.exclude_customers);
  if (!draft.include_services.empty() || !draft.exclude_services.empty())
    filters["services"] = selection_of(draft.include_services, draft.exclude_services);
  if (!filters.empty())
    result["filters"] = filters;
  if (auto delivery = retry_patch(draft.retries); !delivery.empty())
    result["delivery"] = std::move(delivery);
  result["settings"] = *settings;
  return result;
}

} // namespace tocsin::cli
