#include "link/frame.hpp"

namespace tocsin::link {

std::string to_payload(const refusal& x) {
  return to_wire(refusal_record{x.number, std::string{to_string(x.reason.code)}, x.reason.detail,
                                x.reason.fields, x.wait_ms});
}

bool from_payload(std::string_view in, refusal& x) {
  refusal_record record;
  if (!from_wire(in, record))
    return false;
  x.number = record.number;
  x.reason = fail(parse_errc(record.code).value_or(errc::internal_error), std::move(record.detail),
                  std::move(record.fields));
  x.wait_ms = record.wait_ms;
  return true;
}

void append_frame(std::string& out, frame_kind kind, std::string_view payload) {
  wire_writer writer{out};
  writer(static_cast<uint32_t>(payload.size()), static_cast<uint8_t>(kind));
  out += payload;
}

frame_view find_frame(std::string_view in) {
  frame_view result;
  if (in.size() < frame_header_bytes)
    return result;
  wire_reader reader{in};
  uint32_t size = 0;
  uint8_t kind = 0;
  reader(size, kind);
  result.kind = static_cast<frame_kind>(kind);
  if (size > max_payload_bytes)
    result.state = frame_view::standing::too_large;
  else if (in.size() - frame_header_bytes >= size) {
    result.state = frame_view::standing::complete;
    result.payload = in.substr(frame_header_bytes, size);
  }
  return result;
}

} // namespace tocsin::link
