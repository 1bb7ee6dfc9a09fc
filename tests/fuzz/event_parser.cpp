// Input: the body of a request. What is admitted as an event reads the same once it is written
// again.
#include "messages/event_details.hpp"
#include "messages/event_json.hpp"
#include "policy/event_rules.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/standin/text_units.hpp"

using namespace tocsin;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto read = parse_events({reinterpret_cast<const char*>(data), size});
  if (!read) {
    fuzz::expect(!read.error().fields.empty(), "a refusal names what is wrong");
    return 0;
  }
  for (auto& x : read->events) {
    // Many are JSON, but no events of a known type; what their texts become counts all the same.
    policy::admit_event(x, {}, "");
    if (x.type.empty() || x.message.empty())
      continue;
    auto details = read_details(x.details);
    fuzz::expect(details && *details == x.details, "both doors read details alike");
    auto written = to_json(x, x.id.empty() ? "none" : x.id);
    fuzz::expect(standin::valid_utf8(written), "what is passed on is valid UTF-8");
    auto again = parse_events(written);
    fuzz::expect(again.has_value(), "what is passed on is an event");
    auto& y = again->events.at(0);
    fuzz::expect(y.type == x.type && y.message == x.message && y.service == x.service
                   && y.customer == x.customer && y.timestamp == x.timestamp,
                 "texts are passed on unchanged");
    fuzz::expect(to_json(y, "none") == to_json(x, "none"), "details are passed on unchanged");
  }
  return 0;
}
