#pragma once

#include "link/wire.hpp"
#include "messages/failure.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin::link {

/// The protocol's name in the TLS handshake (ALPN). A change that older ends do not understand
/// takes a new one.
inline constexpr std::string_view protocol_name = "tocsin/1";

/// What a frame says. The panel's end sends `submit`, `ask_stats` and `ping`, the node's end all
/// others and `ping`.
enum class frame_kind : uint8_t {
  /// `welcome`: first frame of a node; the peer is known and may speak now.
  welcome = 1,
  /// Number (64 bits), `submit_events`.
  submit = 2,
  /// Number of the submission, `events_accepted`.
  accepted = 3,
  /// `refusal` of a submission or a question.
  refused = 4,
  /// Number (64 bits).
  ask_stats = 5,
  /// Number of the question, `node_stats`. Of its channels only those that no `more_stats` before
  /// it had.
  stats = 6,
  /// Nothing: a sign of life.
  ping = 7,
  /// `refusal` of the peer itself, with number 0; the connection closes after it.
  goodbye = 8,
  /// Number of the question, channels of the `stats` that follow.
  more_stats = 9,
};

/// Four bytes with the length of the payload, big-endian, and one with the kind.
inline constexpr size_t frame_header_bytes = 5;

/// Larger payloads are refused before any of them is read. It holds 1000 events of about 1 kB, or
/// six of the largest that are allowed.
inline constexpr uint32_t max_payload_bytes = 1024 * 1024;

/// What a node tells a peer that it has let in.
struct welcome {
  /// The version of the service, for people.
  std::string version;
};

/// Why something was not taken.
struct refusal {
  uint64_t number = 0;
  failure reason;
  /// How long to wait before trying again; 0 where trying again is no use.
  uint32_t wait_ms = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, welcome& x) {
  return f(x.version);
}

/// A refusal as it goes over the wire, where codes are known by their names.
struct refusal_record {
  uint64_t number = 0;
  std::string code;
  std::string detail;
  std::vector<field_error> fields;
  uint32_t wait_ms = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, refusal_record& x) {
  return f(x.number, x.code, x.detail, x.fields, x.wait_ms);
}

/// The payload of `refused` and `goodbye`.
std::string to_payload(const refusal& x);

/// Reads such a payload; a code that is not known becomes `internal_error`.
bool from_payload(std::string_view in, refusal& x);

/// Appends a whole frame to `out`.
void append_frame(std::string& out, frame_kind kind, std::string_view payload);

/// Where a text of incoming bytes stands.
struct frame_view {
  enum class standing : uint8_t { incomplete, complete, too_large };

  standing state = standing::incomplete;
  frame_kind kind{};
  std::string_view payload;

  /// How many bytes it takes, header included.
  size_t bytes() const { return frame_header_bytes + payload.size(); }
};

/// Looks for a frame at the beginning of `in`.
frame_view find_frame(std::string_view in);

} // namespace tocsin::link

namespace tocsin {

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, field_error& x) {
  return f(x.pointer, x.code, x.detail);
}

} // namespace tocsin
