#pragma once

#include "channels/adapter.hpp"
#include "channels/facts.hpp"
#include "channels/template_syntax.hpp"
#include "channels/text_pipeline.hpp"

#include <memory>
#include <optional>
#include <string>

namespace tocsin::channels {

/// A text that a template makes, and the rules of its medium.
struct template_form {
  template_kind kind = template_kind::text;
  /// Escapes each value; what the operator wrote around them stays as it is.
  escape_function escape = nullptr;
  /// Of the whole text. Values are cut shorter until it keeps to it.
  size_t limit = 0;
  text_unit unit = text_unit::bytes;
  /// Line breaks become spaces.
  bool one_line = false;
  /// Says what is wrong with a text that a template made; null if every text is valid.
  std::optional<std::string> (*examine)(std::string_view text) = nullptr;
};

/// A Mustache template (mustache(5)) for one text of a message. Immutable; `fill` may be called
/// from any thread at the same time.
class message_template {
public:
  /// Errors: invalid_argument with the place of the fault in its detail.
  static expected<message_template> parse(std::string source, const template_form& form);

  /// Makes the text for an event. Errors: invalid_argument where the text is not what its form
  /// wants or too long however short the values are.
  expected<std::string> fill(const render_context& x, const message_content& content) const;

  /// Tries the template on samples of the event type: a full one whose texts consist of special
  /// characters, a bare one, and one whose details have every name that the template asks for. What
  /// that took is added to `work`, counted in bytes that are written in the same time. Errors: as
  /// `fill`.
  expected<void> try_out(std::string_view event_type, size_t& work) const;

private:
  struct parsed;

  message_template(std::shared_ptr<parsed> text, const template_form& form);

  expected<std::string> fill(const render_context& x, const message_content& content,
                             bool with_all_details, size_t& work) const;

  std::shared_ptr<parsed> text_;
  template_form form_;
};

} // namespace tocsin::channels
