#include "messages/event_json.hpp"

#include "messages/details_writer.hpp"
#include "messages/event_details.hpp"
#include "messages/json_text.hpp"
#include "messages/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace tocsin {

namespace {

namespace json = boost::json;

/// A text field of an event and its key in JSON.
struct text_field {
  std::string_view key;
  std::string event::*member;
  bool required;
  /// Whether an empty text says the same as none.
  bool may_be_empty;
};

constexpr std::array<text_field, 6> text_fields{{
  {"event", &event::type, true, true},
  {"service", &event::service, false, true},
  {"customer", &event::customer, false, true},
  {"timestamp", &event::timestamp, false, false},
  {"message", &event::message, true, true},
  {"id", &event::id, false, false},
}};

constexpr std::string_view details_key = "details";

/// Receives the pieces of the JSON text and builds events of them in one pass. `details` is
/// written out again as it comes by, so that numbers keep their digits.
class event_handler {
public:
  static constexpr size_t max_object_size = static_cast<size_t>(-1);
  static constexpr size_t max_array_size = static_cast<size_t>(-1);
  static constexpr size_t max_key_size = static_cast<size_t>(-1);
  static constexpr size_t max_string_size = static_cast<size_t>(-1);

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }

  bool on_array_begin(json::error_code&) {
    if (place_ == place::root) {
      list_.is_array = true;
      place_ = place::list;
    } else {
      open_nested('[', "an array");
    }
    return true;
  }

  bool on_array_end(size_t, json::error_code&) {
    if (place_ == place::list)
      place_ = place::root;
    else
      close_nested(']');
    return true;
  }

  bool on_object_begin(json::error_code&) {
    if (place_ == place::root || place_ == place::list)
      begin_event();
    else
      open_nested('{', "an object");
    return true;
  }

  bool on_object_end(size_t, json::error_code&) {
    if (place_ == place::event)
      end_event();
    else
      close_nested('}');
    return true;
  }

  bool on_string_part(json::string_view s, size_t, json::error_code&) {
    buffer_.append(s.data(), s.size());
    return true;
  }

  bool on_string(json::string_view s, size_t, json::error_code&) {
    buffer_.append(s.data(), s.size());
    if (place_ == place::details) {
      details_.text(std::move(buffer_));
    } else if (place_ == place::event) {
      set_text();
    } else if (place_ != place::refused) {
      complain("", "wrong_type", "an event is a JSON object, not a string");
    }
    buffer_.clear();
    return true;
  }

  bool on_key_part(json::string_view s, size_t, json::error_code&) {
    buffer_.append(s.data(), s.size());
    return true;
  }

  bool on_key(json::string_view s, size_t, json::error_code&) {
    buffer_.append(s.data(), s.size());
    if (place_ == place::event) {
      key_ = std::move(buffer_);
    } else if (place_ == place::details) {
      details_.key(std::move(buffer_));
    }
    buffer_.clear();
    return true;
  }

  bool on_number_part(json::string_view s, json::error_code&) {
    buffer_.append(s.data(), s.size());
    return true;
  }

  bool on_int64(int64_t, json::string_view s, json::error_code&) { return on_number(s); }
  bool on_uint64(uint64_t, json::string_view s, json::error_code&) { return on_number(s); }
  bool on_double(double, json::string_view s, json::error_code&) { return on_number(s); }

  bool on_bool(bool value, json::error_code&) {
    on_literal(value ? "true" : "false", "a boolean");
    return true;
  }

  bool on_null(json::error_code&) {
    if (place_ == place::event && is_optional_key())
      remember_key();
    else
      on_literal("null", "null");
    return true;
  }

  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  event_list& list() { return list_; }

  std::vector<field_error>& errors() { return errors_; }

private:
  /// Where in the document the parser is: outside, in the array, in an event object, in its
  /// details, or inside a value that was refused and is read over.
  enum class place { root, list, event, details, refused };

  void begin_event() {
    parent_ = place_;
    place_ = place::event;
    current_ = {};
    seen_.clear();
  }

  void end_event() {
    for (auto& field : text_fields)
      if (field.required && !was_seen(field.key))
        complain(field.key, "required", fmt::format("'{}' is required", field.key));
    list_.events.push_back(std::move(current_));
    place_ = parent_;
  }

  bool on_number(json::string_view last_part) {
    buffer_.append(last_part.data(), last_part.size());
    on_literal(buffer_, "a number");
    buffer_.clear();
    return true;
  }

  void on_literal(std::string_view text, std::string_view kind) {
    if (place_ == place::details) {
      details_.literal(text);
    } else if (place_ == place::event) {
      refuse_type(kind);
    } else if (place_ != place::refused) {
      complain("", "wrong_type", fmt::format("an event is a JSON object, not {}", kind));
    }
  }

  void open_nested(char bracket, std::string_view kind) {
    if (place_ == place::refused) {
      ++depth_;
    } else if (place_ == place::details) {
      details_.open(bracket);
    } else if (place_ == place::event && key_ == details_key && bracket == '{' && remember_key()) {
      place_ = place::details;
      details_.open(bracket);
    } else {
      // An array within the list, or a nested value where a field takes none.
      if (place_ == place::event)
        refuse_type(kind);
      else
        complain("", "wrong_type", fmt::format("an event is a JSON object, not {}", kind));
      outside_ = place_;
      place_ = place::refused;
      depth_ = 1;
    }
  }

  void close_nested(char bracket) {
    if (place_ == place::refused) {
      if (--depth_ == 0)
        place_ = outside_;
      return;
    }
    details_.close(bracket);
    if (details_.is_open())
      return;
    current_.details = details_.take();
    place_ = place::event;
  }

  void set_text() {
    for (auto& field : text_fields)
      if (field.key == key_) {
        if (remember_key())
          set_text(field, std::move(buffer_));
        return;
      }
    refuse_type("a string");
  }

  void set_text(const text_field& field, std::string text) {
    // Admission drops control characters, and takes what is left for none if nothing is.
    if (!field.may_be_empty && clean_text(text).empty())
      complain(field.key, "too_short",
               fmt::format("'{}' must not be empty; leave it out instead", field.key));
    current_.*field.member = std::move(text);
  }

  /// Refuses a value: its key is unknown, or takes something else.
  void refuse_type(std::string_view kind) {
    if (!is_known_key()) {
      complain(key_, "unknown_key",
               fmt::format("'{}' is not a field of an event; known are event, service, customer, "
                           "timestamp, message, details, id",
                           key_));
    } else if (remember_key()) {
      auto wanted = key_ == details_key ? "an object" : "a string";
      complain(key_, "wrong_type", fmt::format("'{}' takes {}, not {}", key_, wanted, kind));
    }
  }

  bool is_known_key() const {
    return key_ == details_key
           || std::any_of(text_fields.begin(), text_fields.end(),
                          [this](auto& field) { return field.key == key_; });
  }

  bool is_optional_key() const {
    return is_known_key()
           && std::none_of(text_fields.begin(), text_fields.end(),
                           [this](auto& field) { return field.key == key_ && field.required; });
  }

  bool was_seen(std::string_view key) const {
    return std::find(seen_.begin(), seen_.end(), key) != seen_.end();
  }

  /// Notes that the current key has come; complains and returns false if it had before.
  bool remember_key() {
    if (was_seen(key_)) {
      complain(key_, "repeated_key", fmt::format("'{}' stands here more than once", key_));
      return false;
    }
    seen_.push_back(key_);
    return true;
  }

  void complain(std::string_view key, std::string code, std::string detail) {
    // A body full of errors need not be listed to its end.
    constexpr size_t max_errors = 50;
    if (errors_.size() >= max_errors)
      return;
    std::string pointer;
    if (list_.is_array)
      pointer += fmt::format("/{}", list_.events.size());
    if (!key.empty()) {
      pointer += '/';
      for (char c : key)
        pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    errors_.push_back({std::move(pointer), std::move(code), std::move(detail)});
  }

  event_list list_;
  std::vector<field_error> errors_;
  place place_ = place::root;
  /// Where the current event object stands in.
  place parent_ = place::root;
  /// Where to go on after a refused value.
  place outside_ = place::root;
  /// Within a refused value: how many of its objects and arrays are open.
  size_t depth_ = 0;
  event current_;
  details_writer details_;
  std::string key_;
  std::vector<std::string> seen_;
  /// The string, key or number that is being read.
  std::string buffer_;
};

/// Where the first character from `from` on stands that needs an escape in JSON, or the end. Goes
/// by blocks without a branch for each character, which the compiler makes vector instructions of.
size_t find_special(std::string_view text, size_t from) {
  constexpr size_t block = 16;
  auto is_special = [text](size_t i) {
    auto c = static_cast<unsigned char>(text[i]);
    return c < 0x20 || c == '"' || c == '\\';
  };
  for (; from + block <= text.size(); from += block) {
    bool has_special = false;
    for (size_t i = 0; i < block; ++i)
      has_special |= is_special(from + i);
    if (has_special)
      break;
  }
  while (from < text.size() && !is_special(from))
    ++from;
  return from;
}

failure malformed(const json_text_fault& x) {
  auto detail = fmt::format("the body is not JSON: {} at byte {}", x.code.message(), x.at);
  return fail(errc::invalid_argument, detail, {{"", "malformed_json", detail}});
}

} // namespace

expected<event_list> parse_events(std::string_view body) {
  json::parse_options options;
  options.max_depth = max_request_depth;
  // Ill-formed text is repaired, not refused: bad news must not be lost to a bad byte.
  options.allow_invalid_utf8 = true;
  json::basic_parser<event_handler> parser{options};
  if (auto fault = read_to_its_end(parser, body))
    return malformed(*fault);
  auto& handler = parser.handler();
  if (!handler.errors().empty())
    return fail(errc::invalid_argument, "the event is not valid", std::move(handler.errors()));
  auto& list = handler.list();
  if (list.events.empty())
    return fail(errc::invalid_argument, "the list holds no event",
                {{"", "too_few", "at least one event is needed"}});
  if (list.events.size() > max_events_per_request)
    return fail(errc::invalid_argument, "the list holds too many events",
                {{"", "too_many",
                  fmt::format("at most {} events fit into one request, not {}",
                              max_events_per_request, list.events.size())}});
  return std::move(list);
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  size_t plain_from = 0;
  for (auto i = find_special(text, 0); i < text.size(); i = find_special(text, plain_from)) {
    auto c = static_cast<unsigned char>(text[i]);
    out += text.substr(plain_from, i - plain_from);
    plain_from = i + 1;
    switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
    }
  }
  out += text.substr(plain_from);
  out += '"';
}

std::string to_json(const event& x, std::string_view id) {
  std::string result;
  result.reserve(128 + x.message.size() + x.details.size());
  auto append = [&result](std::string_view key, std::string_view value) {
    result += key;
    if (value.empty())
      result += "null";
    else
      append_json_string(result, value);
  };
  append(R"({"event":)", x.type);
  append(R"(,"service":)", x.service);
  append(R"(,"customer":)", x.customer);
  append(R"(,"timestamp":)", x.timestamp);
  append(R"(,"message":)", x.message);
  result += R"(,"details":)";
  result += x.details.empty() ? "{}" : x.details;
  append(R"(,"id":)", id);
  result += '}';
  return result;
}

} // namespace tocsin
