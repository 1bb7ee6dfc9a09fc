#pragma once

#include "tests/integration/http/raw_client.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tocsin {

/// One server-sent event.
struct sent_event {
  std::string id;
  std::string name;
  boost::json::value data;

  /// The text at a JSON pointer into the data; empty if there is none.
  std::string text(std::string_view pointer) const;
};

/// Reads server-sent events from the API of a service on 127.0.0.1, over a connection of its own.
class event_reader {
public:
  explicit event_reader(const std::string& url);

  /// Asks for a stream below `/api/v1` with header lines of the caller's own. Gives the status; at
  /// 200 the stream has begun and its first position is known.
  unsigned open(const std::string& path, const std::string& headers);

  /// The next event that has a name, but for heartbeats; nothing once the stream has ended.
  std::optional<sent_event> next();

  /// The last id that came.
  const std::string& position() const { return position_; }

  /// Whether the end of the body was said, rather than the connection lost.
  bool has_ended_in_order() const { return has_ended_; }

private:
  bool read_more();

  http::raw_client line_;
  std::string text_;
  std::string position_;
  bool has_ended_ = false;
};

} // namespace tocsin
