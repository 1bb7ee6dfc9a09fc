#pragma once

#include "channels/message_template.hpp"
#include "channels/settings_reader.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::channels {

/// A text of a channel's messages that templates can replace.
struct template_part {
  /// `subject`, `body` or `html`.
  std::string_view name;
  template_form form;
};

/// What templates make of the two parts of a message that people read first; nothing as for
/// `channel_templates::fill`.
struct own_texts {
  std::optional<std::string> subject;
  std::optional<std::string> body;
};

/// The setting `templates`: by event type, or `*` for all that are not named, templates for some
/// of the message's parts. Immutable.
class channel_templates {
public:
  /// Reads the setting and tries every template out. Complains of `templates/TYPE/PART`. An
  /// unknown type is not a fault here: it may have been removed since.
  channel_templates(settings_reader& settings, const std::vector<template_part>& parts);

  /// The text that a template makes of `part`; nothing where there is no template or where nothing
  /// of its text can be seen. Errors: invalid_argument, of `message_template`.
  expected<std::optional<std::string>> fill(std::string_view part, const render_context& x,
                                            const message_content& content) const;

  /// Fills `subject` and `body`. Errors: as of `fill`.
  expected<own_texts> fill_texts(const render_context& x, const message_content& content) const;

  bool empty() const { return by_type_.empty(); }

private:
  using part_map = std::map<std::string, message_template, std::less<>>;

  void read(settings_reader& settings, std::string_view type, std::string_view part,
            const std::string& source, const template_form& form);
  const message_template* find(std::string_view type, std::string_view part) const;

  std::map<std::string, part_map, std::less<>> by_type_;
  /// What trying out templates took so far.
  size_t trial_work_ = 0;
};

} // namespace tocsin::channels
