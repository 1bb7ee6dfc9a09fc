#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace tocsin::cli {

/// One server-sent event.
struct sent_event {
  std::string name;
  std::string data;
};

/// Reads server-sent events out of a text that comes in pieces (WHATWG HTML §9.2.6).
class event_parser {
public:
  /// `on_event` is called for every event that has data.
  explicit event_parser(std::function<void(const sent_event&)> on_event)
    : on_event_(std::move(on_event)) {}

  void read(std::string_view piece);

  /// A new stream begins: what was not complete is dropped, the last id stays.
  void begin_anew();

  /// The id of the last event that was complete; empty while there was none.
  const std::string& last_id() const { return last_id_; }

private:
  void read_line(std::string_view line);
  void complete();

  std::function<void(const sent_event&)> on_event_;
  /// A line that has not ended yet.
  std::string line_;
  sent_event event_;
  std::string id_;
  std::string last_id_;
};

} // namespace tocsin::cli
