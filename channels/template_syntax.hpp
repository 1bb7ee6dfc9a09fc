#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::channels {

/// At most this many bytes of template per text.
inline constexpr size_t max_template_bytes = 16 * 1024;

/// Which names a template may use: those of docs/templates.md, and also `details_json` if the text
/// is JSON.
enum class template_kind { text, json };

/// What is wrong with a template, with its place: `line 2, column 7: …`, both counted from 1,
/// columns in characters. Nothing if all is well: every tag is closed, every name is known, and
/// nothing is used that would let a value through unescaped (`{{{x}}}`, `{{&x}}`) or that makes
/// templates of values (partials, other delimiters).
std::optional<std::string> find_template_fault(std::string_view source, template_kind kind);

} // namespace tocsin::channels
