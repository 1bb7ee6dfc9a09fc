#include "app/cli/config/plan.hpp"

#include "app/cli/config/channel_plan.hpp"
#include "app/cli/json_text.hpp"
#include "messages/text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tocsin::cli {

namespace {

namespace json = boost::json;

char sign_of(plan_action x) {
  switch (x) {
  case plan_action::add: return '+';
  case plan_action::change: return '~';
  case plan_action::remove: return '-';
  case plan_action::release: break;
  }
  return '=';
}

std::string path_of(const object_key& key, const stored_object& stored) {
  switch (key.kind) {
  case object_kind::event_type: return event_type_path(key.name);
  case object_kind::recipient: return collection_of(key.owner) + '/' + url_escape(key.owner.name);
  case object_kind::preference: return preference_path(key.owner);
  case object_kind::channel: break;
  }
  return "/channels/" + stored.id;
}

/// The members of `shown` that `wanted` has too.
json::object same_members(const json::value& shown, const json::object& wanted) {
  json::object result;
  for (const auto& [key, value] : wanted)
    result[key] = member(shown, key);
  return result;
}

class planner {
public:
  planner(session& on, const planned_file& file, config_faults& faults)
    : on_(on), file_(file), faults_(faults) {}

  outcome<config_plan> make() {
    auto stored = read_stored_state(on_);
    if (!stored)
      return stored.error();
    stored_ = std::move(*stored);
    new_types_ = new_types_of(file_.wanted, stored_);
    index_customer_names();
    if (auto done = check_event_types(); done != exit_code::ok)
      return done;
    for (const auto& [key, x] : file_.wanted.objects)
      if (auto done = plan_object(key, x); done != exit_code::ok)
        return done;
    plan_left_over();
    return std::move(result_);
  }

private:
  const std::string& manager() const { return file_.wanted.manager; }

  /// Lists of event types in preferences; the service judges those of channels.
  exit_code check_event_types() {
    auto has_types = [](const auto& entry) {
      return entry.first.kind == object_kind::preference
             && entry.second.members.at("event_types")
                  != json::value{{"include", json::array{}}, {"exclude", json::array{}}};
    };
    const auto& wanted = file_.wanted.objects;
    if (std::none_of(wanted.begin(), wanted.end(), has_types))
      return exit_code::ok;
    auto reply = on_.call({"GET", "/event-types", {}, {}});
    if (!reply)
      return reply.error();
    auto known = new_types_;
    if (const auto* list = member(reply->value, "data").if_array())
      for (const auto& x : *list)
        known.insert(cell(x, "type"));
    for (const auto& [key, x] : wanted)
      if (key.kind == object_kind::preference)
        check_event_types_of(x, known);
    return exit_code::ok;
  }

  void check_event_types_of(const wanted_object& x, const event_type_names& known) {
    for (const auto* list : {"include", "exclude"}) {
      size_t place = 0;
      for (const auto& type : x.members.at("event_types").at(list).as_array()) {
        auto where = fmt::format("{}/event_types/{}/{}", x.pointer, list, place++);
        if (!known.contains(cell(type)))
          faults_.push_back(
            file_.document.fault(where, fmt::format("there is no event type '{}'", cell(type))));
      }
    }
  }

  exit_code plan_object(const object_key& key, const wanted_object& x) {
    auto found = stored_.find(key);
    const auto* stored = found == stored_.end() ? nullptr : &found->second;
    if (stored != nullptr && !stored->managed_by.empty() && stored->managed_by != manager()) {
      faults_.push_back(file_.document.fault(
        x.pointer, fmt::format("it is managed by the file '{}'", stored->managed_by)));
      return exit_code::ok;
    }
    if (key.kind != object_kind::channel) {
      plan_by_members(key, x, stored);
      return exit_code::ok;
    }
    auto step = stored == nullptr
                  ? plan_new_channel(on_, file_, key, new_types_, faults_)
                  : plan_channel_change(on_, file_, key, *stored, new_types_, faults_);
    if (!step)
      return step.error();
    if (*step)
      add(std::move(**step), stored);
    return exit_code::ok;
  }

  /// Event types, recipients and preferences are shown as they are put.
  void plan_by_members(const object_key& key, const wanted_object& x, const stored_object* stored) {
    if (key.kind == object_kind::recipient)
      check_customer_names(key, x);
    auto before = stored == nullptr ? json::object{} : same_members(stored->value, x.members);
    plan_step step{plan_action::change, key, member_changes(before, x.members), {}};
    if (stored != nullptr && json::value(before) == json::value(x.members)
        && stored->managed_by == manager())
      return;
    auto body = x.members;
    step.request.headers = manager_headers(manager(), stored == nullptr ? 0 : stored->revision);
    if (key.kind == object_kind::preference) {
      step.request.method = "PUT";
      step.request.path = preference_path(key.owner);
    } else if (stored != nullptr) {
      step.request.method = "PATCH";
      step.request.path = path_of(key, *stored);
    } else {
      bool is_type = key.kind == object_kind::event_type;
      body[is_type ? "type" : "name"] = is_type ? key.name : key.owner.name;
      step.request.method = "POST";
      step.request.path = is_type ? "/event-types" : collection_of(key.owner);
      step.request.headers = manager_headers(manager());
    }
    step.request.body = json::serialize(body);
    if (stored == nullptr)
      step.action = plan_action::add;
    add(std::move(step), stored);
  }

  /// Events name customers by both their names, so no two customers may share one.
  void index_customer_names() {
    for (const auto& [key, x] : stored_)
      if (key.kind == object_kind::recipient && key.owner.kind == recipient_kind::customer)
        for (const auto& name : {key.owner.name, cell(x.value, "display_name")})
          stored_names_[name] = key.owner.name;
  }

  void check_customer_names(const object_key& key, const wanted_object& x) {
    if (key.owner.kind != recipient_kind::customer)
      return;
    const auto& own = key.owner.name;
    for (const auto& name : {own, cell(x.members.at("display_name"))}) {
      if (auto taken = stored_names_.find(name);
          taken != stored_names_.end() && taken->second != own)
        faults_.push_back(file_.document.fault(
          x.pointer, fmt::format("the customer {} already has the name '{}'; if that is to "
                                 "change too, do it in an earlier run",
                                 taken->second, name)));
      auto [twin, is_new] = wanted_names_.emplace(name, own);
      if (!is_new && twin->second != own)
        faults_.push_back(file_.document.fault(
          x.pointer, fmt::format("the customer {} has the name '{}' too", twin->second, name)));
    }
  }

  void add(plan_step step, const stored_object* stored) {
    auto before = stored == nullptr || stored->managed_by.empty() ? "-" : stored->managed_by;
    if (before != manager())
      step.members.push_back({"managed_by", before, manager()});
    result_.steps.push_back(std::move(step));
  }

  bool is_left_over(const object_key& key, const stored_object& x) const {
    return x.managed_by == manager() && !file_.wanted.objects.contains(key);
  }

  /// Channels and preferences come before their recipients, and event types last.
  void plan_left_over() {
    std::for_each(stored_.rbegin(), stored_.rend(), [this](const auto& entry) {
      const auto& [key, x] = entry;
      if (!is_left_over(key, x))
        return;
      if (file_.left_over == left_over_policy::keep)
        result_.left_over.push_back(key);
      else if (file_.left_over == left_over_policy::release)
        plan_release(key, x, "{}");
      else
        plan_removal(key, x);
    });
  }

  /// A preference cannot go while its recipient is there: it is taken back to its default.
  void plan_removal(const object_key& key, const stored_object& x) {
    if (key.kind == object_kind::recipient && !check_owns_nothing(key))
      return;
    if (key.kind == object_kind::event_type && !check_is_not_named(key))
      return;
    if (key.kind == object_kind::preference)
      return plan_release(key, x, "{}", plan_action::remove);
    result_.steps.push_back(
      {plan_action::remove,
       key,
       {},
       {"DELETE", path_of(key, x), {}, manager_headers(manager(), x.revision)}});
  }

  void plan_release(const object_key& key, const stored_object& x, std::string body,
                    plan_action action = plan_action::release) {
    if (key.kind == object_kind::preference && action == plan_action::release) {
      auto kept = x.value.as_object();
      kept.erase("managed_by");
      kept.erase("revision");
      body = json::serialize(kept);
    }
    auto method = key.kind == object_kind::preference ? "PUT" : "PATCH";
    result_.steps.push_back({action,
                             key,
                             {{"managed_by", manager(), "-"}},
                             {method, path_of(key, x), std::move(body),
                              manager_headers(manager() + "; release", x.revision)}});
  }

  bool check_owns_nothing(const object_key& key) {
    bool result = true;
    for (const auto& [other, x] : stored_)
      if (other.kind == object_kind::channel && other.owner == key.owner
          && !is_left_over(other, x)) {
        faults_.push_back({0, "",
                           fmt::format("{} cannot be removed while it owns the channel '{}', "
                                       "which is not managed by this file",
                                       to_string(key), other.name)});
        result = false;
      }
    return result;
  }

  /// What names a type that is gone would be refused in the next run.
  bool check_is_not_named(const object_key& type) {
    bool result = true;
    for (const auto& [key, x] : file_.wanted.objects) {
      bool is_named = key.kind == object_kind::channel
                        ? !part_by_types(x.members, {type.name}).of_types.empty()
                        : key.kind == object_kind::preference && lists_type(x, type.name);
      if (!is_named)
        continue;
      faults_.push_back(file_.document.fault(
        x.pointer, fmt::format("it names {}, which is to be removed", to_string(type))));
      result = false;
    }
    return result;
  }

  static bool lists_type(const wanted_object& preference, std::string_view type) {
    const auto& lists = preference.members.at("event_types").as_object();
    return std::any_of(lists.begin(), lists.end(), [type](const auto& list) {
      const auto& names = list.value().as_array();
      return std::any_of(names.begin(), names.end(),
                         [type](const auto& name) { return cell(name) == type; });
    });
  }

  session& on_;
  const planned_file& file_;
  config_faults& faults_;
  stored_state stored_;
  event_type_names new_types_;
  /// The customer by each of its names.
  std::map<std::string, std::string> stored_names_;
  std::map<std::string, std::string> wanted_names_;
  config_plan result_;
};

} // namespace

std::string_view to_string(plan_action x) {
  switch (x) {
  case plan_action::add: return "add";
  case plan_action::change: return "change";
  case plan_action::remove: return "remove";
  case plan_action::release: break;
  }
  return "release";
}

outcome<config_plan> make_plan(session& on, const planned_file& file, config_faults& faults) {
  return planner{on, file, faults}.make();
}

std::string to_text(const config_plan& x) {
  std::string result;
  for (const auto& step : x.steps) {
    result += fmt::format("{} {}\n", sign_of(step.action), to_string(step.key));
    for (const auto& change : step.members) {
      auto text = step.action == plan_action::add
                    ? fmt::format("{}: {}", change.name, change.after)
                    : fmt::format("{}: {} -> {}", change.name, change.before, change.after);
      result += "    " + clean_line(text) + '\n';
    }
  }
  for (const auto& key : x.left_over)
    result
      += fmt::format("? {} is no longer in the file; --prune removes it, --release stops managing "
                     "it\n",
                     to_string(key));
  return result;
}

json::object to_json(const config_plan& x) {
  json::array steps;
  for (const auto& step : x.steps) {
    json::array members;
    for (const auto& change : step.members)
      members.push_back(
        {{"name", change.name}, {"before", change.before}, {"after", change.after}});
    steps.push_back({{"action", to_string(step.action)},
                     {"object", to_string(step.key)},
                     {"members", std::move(members)}});
  }
  json::array left_over;
  for (const auto& key : x.left_over)
    left_over.push_back(json::value(to_string(key)));
  return {{"steps", std::move(steps)}, {"left_over", std::move(left_over)}};
}

} // namespace tocsin::cli
