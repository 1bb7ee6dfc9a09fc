#include "actors/registry/channel_draft.hpp"

#include "messages/event_catalogue.hpp"
#include "messages/field_errors.hpp"
#include "messages/json_pointer.hpp"
#include "messages/merge_patch.hpp"
#include "messages/object_limits.hpp"
#include "messages/text.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace tocsin {

namespace {

namespace json = boost::json;

constexpr size_t max_filter_entries = 1000;
/// Stands for every type among templates.
constexpr std::string_view any_type = "*";

field_error unknown_type(std::string pointer, std::string_view type) {
  return {std::move(pointer), "unknown_event_type",
          fmt::format("'{}' is not a known event type", type)};
}

void examine_selection(const selection& x, std::string_view pointer,
                       std::vector<field_error>& faults) {
  if (x.include.size() > max_filter_entries || x.exclude.size() > max_filter_entries)
    faults.push_back({std::string{pointer}, "too_many",
                      fmt::format("at most {} names fit into a filter", max_filter_entries)});
}

void examine_trigger(const channel& x, std::string_view type, const trigger& choice,
                     std::vector<field_error>& faults) {
  auto pointer = extend_pointer("/triggers", type);
  if (!find_event_type(type) || type == test_event_type)
    faults.push_back(unknown_type(pointer, type));
  if (!choice.to.empty() && x.type != channel_type::email)
    faults.push_back({pointer + "/to", "not_supported", "'to' is for email channels only"});
  if (choice.to.size() > max_trigger_addresses)
    faults.push_back({pointer + "/to", "too_many",
                      fmt::format("'to' takes up to {} entries", max_trigger_addresses)});
}

void examine_retries(const delivery_policy& own, std::vector<field_error>& faults) {
  if (own.first_retry && own.max_retry && *own.first_retry > *own.max_retry)
    faults.push_back({"/delivery/first_retry_seconds", "out_of_range",
                      "'first_retry_seconds' takes at most 'max_retry_seconds'"});
  if (own.max_retry && own.give_up && *own.max_retry > *own.give_up)
    faults.push_back({"/delivery/max_retry_seconds", "out_of_range",
                      "'max_retry_seconds' takes at most 'give_up_seconds'"});
}

/// How a customer's channel tried again; nothing of an admin's, which has no bounds.
delivery_policy delivery_of_customer(const channel& x) {
  return x.owner.kind == recipient_kind::customer ? x.delivery : delivery_policy{};
}

/// Customers make their own channels: the settings of the service bound what these cost it.
void examine_customers_retries(const delivery_policy& own, const delivery_policy& before,
                               const policy::retry_schedule& service,
                               std::vector<field_error>& faults) {
  using std::chrono::seconds;
  auto refuse = [&faults](std::string_view field, std::string_view bound, seconds value) {
    faults.push_back(
      {fmt::format("/delivery/{}", field), "out_of_range",
       fmt::format("'{}' of a customer's channel takes at {} {}, as the service is set", field,
                   bound, value.count())});
  };
  auto least = [&](std::string_view field, auto& wanted, auto& stored, auto bound) {
    if (wanted && wanted != stored && *wanted < bound)
      refuse(field, "least", std::chrono::ceil<seconds>(bound));
  };
  least("first_retry_seconds", own.first_retry, before.first_retry, service.first);
  least("max_retry_seconds", own.max_retry, before.max_retry, service.longest);
  if (own.give_up && own.give_up != before.give_up && *own.give_up > service.give_up_after)
    refuse("give_up_seconds", "most", std::chrono::floor<seconds>(service.give_up_after));
}

/// A channel's templates by event type.
json::object templates_of(const channel& x) {
  json::error_code ec;
  auto settings = json::parse(x.settings, ec);
  auto* object = settings.if_object();
  auto* found = object == nullptr ? nullptr : object->if_contains("templates");
  return found != nullptr && found->is_object() ? found->get_object() : json::object{};
}

void examine_template_types(const channel& x, const channel& before,
                            std::vector<field_error>& faults) {
  auto known = templates_of(before);
  for (auto& [key, texts] : templates_of(x)) {
    if (is_full(faults))
      return;
    std::string_view type{key.data(), key.size()};
    auto* stored = known.if_contains(key);
    auto stays = stored != nullptr && *stored == texts;
    if (type != any_type && !stays && !find_event_type(type))
      faults.push_back(unknown_type(extend_pointer("/settings/templates", type), type));
  }
}

} // namespace

expected<channel> put_settings_over(channel base, std::string_view patch) {
  auto settings = merge_patch(base.settings.empty() ? "{}" : base.settings, patch);
  if (!settings || !settings->starts_with('{'))
    return fail(errc::invalid_argument, "the settings are not valid",
                {{"/settings", "wrong_type", "'settings' takes a JSON object"}});
  base.settings = std::move(*settings);
  return base;
}

expected<channel> put_over(channel base, channel_draft draft) {
  auto patched = put_settings_over(std::move(base), draft.settings);
  if (!patched)
    return patched.error();
  base = std::move(*patched);
  if (draft.enabled)
    base.disabled_reason.clear();
  base.owner = std::move(draft.owner);
  base.name = clean_line(std::move(draft.name));
  base.type = draft.type;
  base.enabled = draft.enabled;
  base.triggers = std::move(draft.triggers);
  base.filters = std::move(draft.filters);
  base.delivery = draft.delivery;
  return base;
}

std::vector<std::string> differences(const channel& before, const channel& after) {
  std::vector<std::string> result;
  auto note = [&result](bool differs, std::string pointer) {
    if (differs)
      result.push_back(std::move(pointer));
  };
  note(before.owner != after.owner, "/owner");
  note(before.name != after.name, "/name");
  note(before.type != after.type, "/type");
  note(before.enabled != after.enabled, "/enabled");
  note(before.triggers != after.triggers, "/triggers");
  note(before.filters != after.filters, "/filters");
  note(before.delivery != after.delivery, "/delivery");
  for (auto& member : changed_members(before.settings, after.settings))
    note(true, "/settings/" + member);
  return result;
}

bool has_trigger(const channel& before, std::string_view type, const trigger& choice) {
  auto found = before.triggers.find(type);
  return found != before.triggers.end() && found->second == choice;
}

std::vector<field_error> examine(const channel& x, const channel& before,
                                 const policy::retry_schedule& service) {
  std::vector<field_error> faults;
  if (is_blank(x.name))
    faults.push_back({"/name", "required", "'name' must not be empty"});
  if (x.name.size() > max_channel_name_bytes)
    faults.push_back(
      {"/name", "too_long",
       fmt::format("'name' takes up to {} bytes, not {}", max_channel_name_bytes, x.name.size())});
  for (auto& [type, choice] : x.triggers)
    if (!has_trigger(before, type, choice))
      examine_trigger(x, type, choice, faults);
  examine_template_types(x, before, faults);
  examine_selection(x.filters.customers, "/filters/customers", faults);
  examine_selection(x.filters.services, "/filters/services", faults);
  examine_retries(x.delivery, faults);
  if (x.owner.kind == recipient_kind::customer)
    examine_customers_retries(x.delivery, delivery_of_customer(before), service, faults);
  return faults;
}

} // namespace tocsin
