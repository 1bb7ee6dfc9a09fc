#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What goes over the wire of the stand-in's HTTP endpoints, free of any network library, so that
/// the rule sets are pure functions from a request to a verdict.
namespace tocsin::standin {

/// One header field of a request or a reply.
struct field {
  std::string name;
  std::string value;
};

/// A complete HTTP request as a rule set sees it.
struct request {
  std::string method;
  /// The path without its query, still percent-encoded.
  std::string path;
  /// What follows the `?`, still percent-encoded; empty if nothing does.
  std::string query;
  std::vector<field> headers;
  std::string body;
  bool tls = false;

  /// The value of the first header called `name` (case-insensitive); empty if there is none.
  std::string_view header(std::string_view name) const;
};

/// A complete HTTP reply; `Content-Length` and `Connection` are added when it is sent.
struct reply {
  int status = 200;
  std::vector<field> headers;
  std::string body;
};

/// The moment and the running number of a request, for replies that carry ids and times.
struct sighting {
  std::uint64_t serial = 1;
  std::chrono::system_clock::time_point at;
};

/// What a rule set decides about one request.
struct verdict {
  bool accepted = false;
  reply answer;
  /// Why it was refused, in words. Real providers often do not tell; the record does.
  std::string reason;
};

/// A reply whose body has the given media type.
reply make_reply(int status, std::string_view content_type, std::string body);

/// True if the media type of a `Content-Type` value is `application/json`, with no parameter or
/// with `charset=utf-8` alone.
bool is_json_content_type(std::string_view content_type);

/// The decoded parameters of a query; nothing if it is malformed.
std::optional<std::vector<std::pair<std::string, std::string>>>
query_params(std::string_view query);

/// True if both are equal but for the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b);

} // namespace tocsin::standin
