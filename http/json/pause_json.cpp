#include "http/json/pause_json.hpp"

#include "http/json/audit_json.hpp"
#include "http/json/object_reader.hpp"
#include "messages/text.hpp"

#include <vector>

namespace tocsin::http {

void write_pause(json_writer& out, const delivery_pause& x) {
  out.begin_object()
    .member("until", to_rfc3339(x.until))
    .text_or_null("reason", x.reason)
    .member("since", to_rfc3339(x.since));
  write_author(out, x.by);
  out.end_object();
}

std::string to_json(const pause_state& x) {
  json_writer out;
  out.begin_object().key("pause");
  if (x.value)
    write_pause(out, *x.value);
  else
    out.null();
  return out.end_object().take();
}

expected<pause_deliveries> decode_pause(const boost::json::object& object) {
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  pause_deliveries result;
  auto text = in.required_word("until");
  auto until = parse_rfc3339(text);
  if (!text.empty() && !until)
    in.complain("until", "invalid",
                "'until' must be an RFC 3339 time such as 2026-03-29T14:30:00Z");
  result.until = until.value_or(timestamp{});
  result.reason = clean_line(in.text("reason").value_or(""));
  in.refuse_others();
  if (!errors.empty())
    return invalid_fields("the pause", std::move(errors));
  return result;
}

} // namespace tocsin::http
