#include "http/json/json_writer.hpp"

#include "messages/json_string.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace tocsin::http {

json_writer& json_writer::key(std::string_view name) {
  separate();
  append_json_string(text_, name);
  text_ += ':';
  needs_comma_ = false;
  return *this;
}

json_writer& json_writer::value(std::string_view x) {
  separate();
  append_json_string(text_, x);
  return *this;
}

json_writer& json_writer::value(double x) {
  // JSON has neither infinity nor NaN.
  return std::isfinite(x) ? raw(fmt::format("{}", x)) : null();
}

json_writer& json_writer::raw(std::string_view json) {
  separate();
  text_ += json;
  return *this;
}

json_writer& json_writer::text_or_null(std::string_view name, std::string_view x) {
  key(name);
  return x.empty() ? null() : value(x);
}

std::string json_writer::take() {
  needs_comma_ = false;
  return std::exchange(text_, {});
}

json_writer& json_writer::open(char bracket) {
  separate();
  text_ += bracket;
  needs_comma_ = false;
  return *this;
}

json_writer& json_writer::close(char bracket) {
  text_ += bracket;
  needs_comma_ = true;
  return *this;
}

void json_writer::separate() {
  if (needs_comma_)
    text_ += ',';
  needs_comma_ = true;
}

} // namespace tocsin::http
