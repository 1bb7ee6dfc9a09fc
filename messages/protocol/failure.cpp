#include "messages/protocol/failure.hpp"

#include <caf/exit_reason.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

namespace tocsin {

namespace {

constexpr auto category = caf::atom("tocsin");

} // namespace

caf::error to_error(failure x) {
  auto code = static_cast<uint8_t>(x.code);
  return caf::error{code, category, caf::make_message(std::move(x))};
}

failure to_failure(const caf::error& x) {
  if (x.category() == category && x.context().match_elements<failure>())
    return x.context().get_as<failure>(0);
  if (x == caf::sec::request_timeout)
    return fail(errc::overloaded, "no answer in time");
  return fail(errc::unavailable, "the actor in charge is down");
}

} // namespace tocsin
