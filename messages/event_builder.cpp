#include "messages/event_builder.hpp"

#include "messages/field_errors.hpp"
#include "messages/json_pointer.hpp"
#include "messages/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tocsin {

namespace {

/// A text field of an event and its key in JSON.
struct text_field {
  std::string_view key;
  std::string event::*member;
  bool required;
  /// Whether an empty text says the same as none.
  bool may_be_empty;
};

constexpr std::array<text_field, event_fields - 1> text_fields{{
  {"event", &event::type, true, true},
  {"service", &event::service, false, true},
  {"customer", &event::customer, false, true},
  {"timestamp", &event::timestamp, false, false},
  {"message", &event::message, true, true},
  {"id", &event::id, false, false},
}};

constexpr std::string_view details_key = "details";

/// The place of a known key; that of the details is the last.
size_t place_of(std::string_view key) {
  auto found = std::find_if(text_fields.begin(), text_fields.end(),
                            [key](const text_field& x) { return x.key == key; });
  return static_cast<size_t>(found - text_fields.begin());
}

/// Null for the key of the details, and for one that is not known.
const text_field* find_text_field(std::string_view key) {
  auto place = place_of(key);
  return place == text_fields.size() ? nullptr : &text_fields[place];
}

} // namespace

void event_builder::begin_event() {
  current_ = {};
  seen_.reset();
}

void event_builder::end_event() {
  for (auto& field : text_fields)
    if (field.required && !seen_[place_of(field.key)])
      complain(field.key, "required", fmt::format("'{}' is required", field.key));
  list_.events.push_back(std::move(current_));
  ++place_;
}

void event_builder::refuse_entry(std::string_view kind) {
  note({pointer(), "wrong_type", fmt::format("an event must be a JSON object, not {}", kind)});
  ++place_;
}

void event_builder::text(std::string value) {
  auto field = find_text_field(key_);
  if (field == nullptr)
    return refuse("a string");
  if (!remember_key())
    return;
  // Admission drops control characters, and takes what is left for none if nothing is.
  if (!field->may_be_empty) {
    value = clean_text(std::move(value));
    if (value.empty())
      complain(key_, "too_short",
               fmt::format("'{}' must not be empty; leave it out instead", key_));
  }
  current_.*field->member = std::move(value);
}

void event_builder::null() {
  auto field = find_text_field(key_);
  bool is_optional = field != nullptr ? !field->required : key_ == details_key;
  if (is_optional)
    remember_key();
  else
    refuse("null");
}

void event_builder::refuse(std::string_view kind) {
  if (key_ != details_key && find_text_field(key_) == nullptr) {
    complain(
      key_, "unknown_key",
      fmt::format("'{}' is not a field of an event; the fields are event, service, customer, "
                  "timestamp, message, details, id",
                  key_));
  } else if (remember_key()) {
    auto wanted = key_ == details_key ? "an object" : "a string";
    complain(key_, "wrong_type", fmt::format("'{}' takes {}, not {}", key_, wanted, kind));
  }
}

bool event_builder::open(char bracket) {
  if (key_ == details_key && bracket == '{')
    return remember_key();
  refuse(bracket == '{' ? "an object" : "an array");
  return false;
}

/// Notes that the current key, a known one, has come; complains and returns false if it had before.
bool event_builder::remember_key() {
  auto place = place_of(key_);
  if (seen_[place]) {
    complain(key_, "repeated_key", fmt::format("'{}' appears more than once", key_));
    return false;
  }
  seen_.set(place);
  return true;
}

/// The pointer to the current event.
std::string event_builder::pointer() const {
  return list_.is_array ? extend_pointer("", std::to_string(place_)) : std::string{};
}

/// Complains of the member `key` of the current event.
void event_builder::complain(std::string_view key, std::string code, std::string detail) {
  note({extend_pointer(pointer(), key), std::move(code), std::move(detail)});
}

void event_builder::note(field_error x) {
  if (!is_full(errors_))
    errors_.push_back(std::move(x));
}

} // namespace tocsin
