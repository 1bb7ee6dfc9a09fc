#include "messages/failure.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace tocsin {

namespace {

struct errc_text {
  errc code{};
  std::string_view name;
  std::string_view sentence;
};

/// By the numbers of the codes, which count up from one.
constexpr std::array<errc_text, 20> texts{{
  {errc::invalid_argument, "invalid_argument", "The request is not valid."},
  {errc::unknown_event_type, "unknown_event_type", "There is no such event type."},
  {errc::not_found, "not_found", "There is no such object."},
  {errc::already_exists, "already_exists", "An object with this name already exists."},
  {errc::revision_mismatch, "revision_mismatch",
   "The object was changed by somebody else in the meantime."},
  {errc::idempotency_conflict, "idempotency_conflict",
   "This idempotency key was used for a different event."},
  {errc::unauthorized, "unauthorized", "A valid token is required."},
  {errc::forbidden, "forbidden", "The token does not allow this."},
  {errc::overloaded, "overloaded", "Too much work is waiting; try again shortly."},
  {errc::shutting_down, "shutting_down", "The service is stopping."},
  {errc::storage_full, "storage_full", "There is no space left to store events."},
  {errc::storage_io, "storage_io", "The storage could not be read or written."},
  {errc::storage_corrupt, "storage_corrupt", "A stored record cannot be understood."},
  {errc::storage_too_new, "storage_too_new", "The storage was written by a newer version."},
  {errc::bad_key, "bad_key", "A stored secret cannot be opened with the key file."},
  {errc::unavailable, "unavailable", "A part of the service is not available."},
  {errc::internal_error, "internal_error",
   "An internal error occurred; the request was abandoned."},
  {errc::conflict, "conflict", "The state of the object does not allow this."},
  {errc::in_flight, "in_flight", "The delivery is being sent right now."},
  {errc::managed, "managed", "The object is described by a file and cannot be changed here."},
}};

constexpr errc_text no_text{{}, "unknown", "An unknown failure."};

constexpr size_t place_of(errc code) {
  return static_cast<size_t>(code) - 1;
}

constexpr bool all_stand_at_their_places() {
  for (size_t i = 0; i < texts.size(); ++i)
    if (place_of(texts[i].code) != i)
      return false;
  return true;
}

static_assert(all_stand_at_their_places());
static_assert(texts.back().code == errc::managed, "the last code has the last text");

const errc_text& text_of(errc code) {
  auto place = place_of(code);
  return place < texts.size() ? texts[place] : no_text;
}

} // namespace

std::string_view to_string(errc code) {
  return text_of(code).name;
}

std::string_view describe(errc code) {
  return text_of(code).sentence;
}

std::optional<errc> parse_errc(std::string_view name) {
  for (auto& x : texts)
    if (x.name == name)
      return x.code;
  return std::nullopt;
}

void throw_exception_from_error(const failure& x, const boost::source_location& where) {
  throw std::logic_error(fmt::format("{}:{}: unchecked failure {}: {}", where.file_name(),
                                     where.line(), to_string(x.code), x.detail));
}

} // namespace tocsin
