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

/// At most this many entries of a list, and ...
inline constexpr size_t max_template_entries = 100;
/// ... values in all of an event's details are given to templates, ...
inline constexpr size_t max_template_values = 1000;
/// ... from at most this many levels.
inline constexpr size_t max_template_depth = 8;

/// What templates can say of an event, each value cut to the allowance first and escaped then.
/// What is empty, null or false is false, so that sections tell; numbers keep their digits.
kainjow::mustache::data template_values(const render_context& x, const message_content& content,
                                        escape_function escape,
                                        const template_allowance& allowance);

} // namespace tocsin::channels
