#include "http/json/audit_json.hpp"

namespace tocsin::http {

namespace {

void write_picture(json_writer& out, std::string_view name, const std::string& json) {
  out.key(name).raw(json.empty() ? "null" : json);
}

} // namespace

void write_author(json_writer& out, const author& x) {
  out.key("author").begin_object().member("kind", to_string(x.kind));
  out.text_or_null("id", x.id).text_or_null("name", x.name).end_object();
}

void write_audit_entry(json_writer& out, const audit_entry& x) {
  out.begin_object().member("id", to_string(x.id)).member("at", to_rfc3339(x.at));
  write_author(out, x.by);
  out.text_or_null("request_id", x.by.request_id)
    .member("action", x.action)
    .member("object", x.object);
  write_picture(out, "before", x.before);
  write_picture(out, "after", x.after);
  out.end_object();
}

} // namespace tocsin::http
