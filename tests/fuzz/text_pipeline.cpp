// Input: a limit, a text. Whatever the text is, what comes out can be shown and keeps the limit.
#include "channels/text_pipeline.hpp"

#include "messages/text.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/standin/text_units.hpp"

using namespace tocsin;
using namespace tocsin::channels;

namespace {

void check_cuts(const std::string& text, size_t limit) {
  for (auto unit : {text_unit::bytes, text_unit::utf16, text_unit::code_points}) {
    auto shorter = cut(text, limit, unit);
    fuzz::expect(standin::valid_utf8(shorter), "a cut leaves valid UTF-8");
    fuzz::expect(measure(shorter, unit) <= limit, "a cut keeps the limit");
    fuzz::expect(measure(text, unit) > limit || shorter == text, "what fits is not cut");
    for (auto escape : {escape_html, escape_entities, escape_discord}) {
      auto escaped = cut_escaped(text, limit, unit, escape);
      fuzz::expect(standin::valid_utf8(escaped), "an escaped cut leaves valid UTF-8");
      fuzz::expect(measure(escaped, unit) <= limit, "an escaped cut keeps the limit");
    }
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::pieces input{data, size};
  auto limit = input.number(200);
  auto raw = input.next();
  auto text = clean_text(raw);
  fuzz::expect(standin::valid_utf8(text), "cleaned text is valid UTF-8");
  fuzz::expect(clean_text(text) == text, "cleaning twice is cleaning once");
  for (unsigned char c : text)
    fuzz::expect(c >= 0x20 ? c != 0x7f : c == '\n' || c == '\t', "no control characters are left");
  auto line = clean_line(raw);
  fuzz::expect(line.find_first_of("\n\t") == std::string::npos, "a line is one line");
  fuzz::expect(measure(text, text_unit::utf16) == standin::utf16_units(text), "UTF-16 is counted");
  fuzz::expect(measure(text, text_unit::code_points) == standin::code_points(text),
               "code points are counted");
  check_cuts(text, limit);
  return 0;
}
