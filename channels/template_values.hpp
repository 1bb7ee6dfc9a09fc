#pragma once

#include "channels/adapter.hpp"
#include "channels/facts.hpp"
#include "channels/text_pipeline.hpp"

#include <kainjow/mustache.hpp>

namespace tocsin::channels {

/// How much of an event a template is given.
struct template_allowance {
  /// Of each value, in UTF-16 units; `details_json` is never cut.
  size_t value = 0;
  /// Of each list.
  size_t entries = 0;
};

/// Templates see at most this many entries of a list.
inline constexpr size_t max_template_entries = 100;
/// Templates see at most this many values of an event's details in total.
inline constexpr size_t max_template_values = 1000;
/// Templates see at most this many levels of an event's details.
inline constexpr size_t max_template_depth = 8;

/// The values of an event for templates, each shortened to the allowance and then escaped. Empty,
/// null and false values are false, for sections; numbers keep their digits.
kainjow::mustache::data template_values(const render_context& x, const message_content& content,
                                        escape_function escape,
                                        const template_allowance& allowance);

} // namespace tocsin::channels
