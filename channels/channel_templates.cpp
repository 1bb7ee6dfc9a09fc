#include "channels/channel_templates.hpp"

#include "messages/event_catalogue.hpp"
#include "messages/json_pointer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin::channels {

namespace {

constexpr std::string_view setting = "templates";
/// Stands for every type that is not named.
constexpr std::string_view any_type = "*";

/// What trying out all templates of a channel may take, about 150 ms, as events wait meanwhile. A
/// megabyte of templates takes less, but for those with sections within sections.
constexpr size_t max_trial_work = 64 * 1024 * 1024;

} // namespace

channel_templates::channel_templates(settings_reader& settings,
                                     const std::vector<template_part>& parts) {
  for (auto& [type, texts] : settings.objects_of_texts(setting)) {
    auto place = extend_pointer(setting, type);
    for (auto& [name, source] : texts) {
      auto part = std::find_if(parts.begin(), parts.end(),
                               [&name = name](auto& x) { return x.name == name; });
      if (part == parts.end())
        settings.complain(extend_pointer(place, name), "unknown_key",
                          fmt::format("this channel's messages have no '{}'", name));
      else
        read(settings, type, name, source, part->form);
    }
  }
}

void channel_templates::read(settings_reader& settings, std::string_view type,
                             std::string_view part, const std::string& source,
                             const template_form& form) {
  auto complain = [&](const failure& x) {
    settings.complain(fmt::format("{}/{}/{}", setting, type, part), "invalid_template", x.detail);
  };
  auto made = message_template::parse(source, form);
  if (!made)
    return complain(made.error());
  // Of types, only their words differ, which are escaped and cut as all values: one speaks for all.
  auto sample_type = type == any_type ? test_event_type : type;
  if (find_event_type(sample_type)) {
    if (trial_work_ > max_trial_work)
      return complain(fail(errc::invalid_argument,
                           "the channel's templates are too expensive: sections within sections "
                           "multiply what lists make"));
    if (auto tried = made->try_out(sample_type, trial_work_); !tried)
      return complain(tried.error());
  }
  by_type_[std::string{type}].emplace(part, std::move(*made));
}

const message_template* channel_templates::find(std::string_view type,
                                                std::string_view part) const {
  for (auto key : {type, any_type})
    if (auto parts = by_type_.find(key); parts != by_type_.end())
      if (auto found = parts->second.find(part); found != parts->second.end())
        return &found->second;
  return nullptr;
}

expected<std::optional<std::string>> channel_templates::fill(std::string_view part,
                                                             const render_context& x,
                                                             const message_content& content) const {
  auto* found = find(x.event.value.type, part);
  if (found == nullptr)
    return std::optional<std::string>{};
  auto text = found->fill(x, content);
  if (!text)
    return text.error();
  auto shown = or_placeholder(std::move(*text), "");
  return shown.empty() ? std::nullopt : std::optional{std::move(shown)};
}

expected<own_texts> channel_templates::fill_texts(const render_context& x,
                                                  const message_content& content) const {
  auto subject = fill("subject", x, content);
  if (!subject)
    return subject.error();
  auto body = fill("body", x, content);
  if (!body)
    return body.error();
  return own_texts{std::move(*subject), std::move(*body)};
}

} // namespace tocsin::channels
