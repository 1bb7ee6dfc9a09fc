// Input: the body of a request that configures something. Every fault has a place and words.
#include "http/json/object_reader.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace tocsin;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto object = http::parse_object({reinterpret_cast<const char*>(data), size});
  if (!object) {
    fuzz::expect(!object.error().detail.empty(), "a refusal has words");
    return 0;
  }
  std::vector<field_error> faults;
  http::object_reader in{*object, "", faults};
  in.required_text("name");
  in.text("type");
  in.boolean("enabled");
  in.integer("port", 1, 65535);
  in.texts("to");
  in.read_selection("customers");
  in.array("list");
  if (auto* inner = in.object("filters")) {
    http::object_reader below{*inner, in.pointer_to("filters"), faults};
    below.read_selection("services");
    below.refuse_others();
  }
  in.refuse_others("id");
  for (auto& x : faults) {
    fuzz::expect(x.pointer.empty() || x.pointer.front() == '/', "a pointer begins with a slash");
    fuzz::expect(!x.code.empty() && !x.detail.empty(), "a fault has a code and words");
  }
  return 0;
}
