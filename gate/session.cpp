#include "gate/session.hpp"

#include "messages/event_details.hpp"
#include "messages/event_json.hpp"
#include "messages/field_errors.hpp"

#include <fmt/format.h>

#include <utility>

namespace tocsin::gate {

using link::frame_kind;

namespace {

/// What one peer may have under way. A panel's window is smaller by default; one that ignores its
/// window is held up here.
constexpr size_t max_unanswered_bytes = 4 * 1024 * 1024;
constexpr size_t max_unanswered = 10'000;

/// Answers that wait to be written.
constexpr size_t max_unwritten_bytes = 4 * 1024 * 1024;

/// Reads the details of each event, which come as text; names those that are no JSON object, as far
/// as an answer tells them.
std::vector<field_error> read_all_details(std::vector<event>& events) {
  std::vector<field_error> faults;
  for (size_t i = 0; i < events.size() && !is_full(faults); ++i) {
    auto read = read_details(events[i].details);
    if (read)
      events[i].details = std::move(*read);
    else
      faults.push_back({events.size() == 1 ? "/details" : fmt::format("/{}/details", i),
                        "wrong_type", std::move(read).error().detail});
  }
  return faults;
}

} // namespace

session::session(uint64_t id, link::certificate peer, peer_role role, link::tls_stream stream,
                 session_services& services)
  : id_(id),
    peer_(std::move(peer)),
    role_(role),
    services_(services),
    connection_(std::make_shared<link::connection>(std::move(stream), *this)) {}

session::~session() {
  connection_->abandon();
}

void session::start() {
  connection_->send(frame_kind::welcome, link::to_wire(link::welcome{services_.version}));
  connection_->start();
}

void session::on_frame(frame_kind kind, std::string_view payload) {
  switch (kind) {
  case frame_kind::ping: return;
  case frame_kind::submit: return take_submission(payload);
  case frame_kind::ask_stats: return take_stats_question(payload);
  default:
    return throw_out(errc::invalid_argument,
                     fmt::format("a peer sends no frame of kind {}", static_cast<int>(kind)));
  }
}

void session::take_submission(std::string_view payload) {
  if (role_ != peer_role::panel)
    return throw_out(errc::forbidden, "only panels send events");
  inquiry x;
  submit_events events;
  if (!link::from_wire(payload, x.number, events))
    return throw_out(errc::invalid_argument, "a submission cannot be read");
  x.bytes = payload.size();
  auto count = events.events.size();
  if (count == 0 || count > max_events_per_request)
    return refuse(x.number, fail(errc::invalid_argument,
                                 fmt::format("a submission holds 1 to {} events, not {}",
                                             max_events_per_request, count)));
  if (auto faults = read_all_details(events.events); !faults.empty())
    return refuse(x.number,
                  fail(errc::invalid_argument, "the event is not valid", std::move(faults)));
  if (services_.door.is_closed())
    return refuse(x.number, fail(errc::shutting_down, "no new events are accepted"));
  x.place = services_.door.enter(places_of(count, x.bytes));
  if (!x.place)
    return refuse(x.number, fail(errc::overloaded, "too many events are waiting to be stored"));
  x.question = std::move(events);
  put(std::move(x));
}

void session::take_stats_question(std::string_view payload) {
  inquiry x;
  if (!link::from_wire(payload, x.number))
    return throw_out(errc::invalid_argument, "a question cannot be read");
  // A small question with a large answer: few are to be under way at once.
  x.bytes = link::max_payload_bytes;
  x.question = collect_stats{};
  put(std::move(x));
}

void session::put(inquiry x) {
  x.session = id_;
  unanswered_bytes_ += x.bytes;
  ++unanswered_;
  services_.put(std::make_shared<inquiry>(std::move(x)));
  pace();
}

void session::answer(const inquiry& x) {
  unanswered_bytes_ -= x.bytes;
  --unanswered_;
  if (x.answer.size() > link::max_payload_bytes)
    return refuse(x.number, fail(errc::internal_error, "the answer is too large for a frame"));
  for (const auto& part : x.more_stats)
    connection_->send(frame_kind::more_stats, part);
  connection_->send(x.answer_kind, x.answer);
  pace();
}

void session::refuse(uint64_t number, failure why) {
  auto wait = wait_ms_after(why.code);
  connection_->send(frame_kind::refused, link::to_payload({number, std::move(why), wait}));
  pace();
}

void session::dismiss(errc code, const std::string& why) {
  connection_->send(frame_kind::goodbye, link::to_payload({0, fail(code, why), 0}));
  connection_->finish(why);
}

void session::throw_out(errc code, const std::string& why) {
  misbehaved_ = true;
  dismiss(code, why);
}

void session::pace() {
  auto is_busy = unanswered_bytes_ >= max_unanswered_bytes || unanswered_ >= max_unanswered
                 || connection_->unwritten_bytes() >= max_unwritten_bytes;
  if (is_busy)
    connection_->pause();
  else
    connection_->resume();
}

void session::on_written() {
  pace();
}

/// A submission that is read now would be taken twice: nobody hears the answer, and the panel asks
/// another node.
void session::on_write_failed(const std::string& why) {
  connection_->close(why);
}

void session::on_closed(const std::string& why) {
  services_.on_closed(id_, why);
}

} // namespace tocsin::gate
