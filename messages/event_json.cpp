#include "messages/event_json.hpp"

#include "messages/details_writer.hpp"
#include "messages/event_builder.hpp"
#include "messages/event_details.hpp"
#include "messages/json_handler.hpp"
#include "messages/json_string.hpp"

#include <fmt/format.h>

#include <utility>

namespace tocsin {

namespace {

namespace json = boost::json;

/// Receives the pieces of the JSON text and has events built of them in one pass. `details` is
/// written out again as it comes by, so that numbers keep their digits.
class event_handler : public json_handler<event_handler> {
public:
  void open(char bracket, json::error_code&) {
    if (place_ == place::root && bracket == '[') {
      builder_.begin_list();
      place_ = place::list;
    } else if (bracket == '{' && (place_ == place::root || place_ == place::list)) {
      builder_.begin_event();
      parent_ = std::exchange(place_, place::event);
    } else {
      open_nested(bracket);
    }
  }

  void close(char bracket) {
    if (place_ == place::list) {
      place_ = place::root;
    } else if (place_ == place::event) {
      builder_.end_event();
      place_ = parent_;
    } else {
      close_nested(bracket);
    }
  }

  void key(std::string&& x) {
    if (place_ == place::event) {
      builder_.key(std::move(x));
    } else if (place_ == place::details) {
      details_.key(std::move(x));
    }
  }

  void text(std::string&& x, json::error_code&) {
    if (place_ == place::details) {
      details_.text(std::move(x));
    } else if (place_ == place::event) {
      builder_.text(std::move(x));
    } else if (place_ != place::refused) {
      builder_.refuse_entry("a string");
    }
  }

  void number(std::string_view x, json::error_code&) { literal(x, "a number"); }

  void boolean(bool x, json::error_code&) { literal(x ? "true" : "false", "a boolean"); }

  void null(json::error_code&) {
    if (place_ == place::event)
      builder_.null();
    else
      literal("null", "null");
  }

  event_builder& builder() { return builder_; }

private:
  /// Where in the document the parser is: outside, in the array, in an event object, in its
  /// details, or inside a value that was refused and is read over.
  enum class place { root, list, event, details, refused };

  void literal(std::string_view text, std::string_view kind) {
    if (place_ == place::details) {
      details_.literal(text);
    } else if (place_ == place::event) {
      builder_.refuse(kind);
    } else if (place_ != place::refused) {
      builder_.refuse_entry(kind);
    }
  }

  void open_nested(char bracket) {
    if (place_ == place::refused) {
      ++depth_;
    } else if (place_ == place::details) {
      details_.open(bracket);
    } else if (place_ == place::event) {
      if (!builder_.open(bracket))
        return read_over();
      place_ = place::details;
      details_.open(bracket);
    } else {
      // Only an array can be here: an object in the list is an event.
      builder_.refuse_entry("an array");
      read_over();
    }
  }

  /// Takes no notice of an object or array that has begun.
  void read_over() {
    outside_ = std::exchange(place_, place::refused);
    depth_ = 1;
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
    builder_.details(details_.take());
    place_ = place::event;
  }

  event_builder builder_;
  place place_ = place::root;
  /// Where the current event object stands in.
  place parent_ = place::root;
  /// Where to go on after a refused value.
  place outside_ = place::root;
  /// Within a refused value: how many of its objects and arrays are open.
  size_t depth_ = 0;
  details_writer details_;
};

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
  auto& builder = parser.handler().builder();
  if (!builder.errors().empty())
    return fail(errc::invalid_argument, "the event is not valid", std::move(builder.errors()));
  auto& list = builder.list();
  if (list.events.empty())
    return fail(errc::invalid_argument, "the list contains no event",
                {{"", "too_few", "at least one event is required"}});
  if (list.events.size() > max_events_per_request)
    return fail(errc::invalid_argument, "the list contains too many events",
                {{"", "too_many",
                  fmt::format("at most {} events fit into one request, not {}",
                              max_events_per_request, list.events.size())}});
  return std::move(list);
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
