#include "messages/details_writer.hpp"

#include "messages/json_string.hpp"
#include "messages/text.hpp"

#include <utility>

namespace tocsin {

namespace {

/// Most details fit into this much, and are not copied while they grow.
constexpr size_t usual_bytes = 512;

} // namespace

void details_writer::open(char bracket) {
  if (!is_open())
    out_.reserve(usual_bytes);
  separate();
  out_ += bracket;
  needs_comma_ = false;
  ++depth_;
}

void details_writer::close(char bracket) {
  out_ += bracket;
  needs_comma_ = true;
  --depth_;
}

void details_writer::key(std::string text) {
  separate();
  append_json_string(out_, repair_text(std::move(text)));
  out_ += ':';
  needs_comma_ = false;
}

void details_writer::text(std::string text) {
  separate();
  append_json_string(out_, repair_text(std::move(text)));
}

void details_writer::literal(std::string_view text) {
  separate();
  out_ += text;
}

std::string details_writer::take() {
  needs_comma_ = false;
  auto result = std::exchange(out_, {});
  return result == "{}" ? std::string{} : result;
}

void details_writer::separate() {
  if (needs_comma_)
    out_ += ',';
  needs_comma_ = true;
}

} // namespace tocsin
