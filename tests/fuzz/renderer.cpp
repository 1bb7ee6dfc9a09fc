// Input: type, service, customer, timestamp, message, details. Whatever an event says, the message
// made of it is one that the strict stand-in of the provider takes. TOCSIN_FUZZ_CHANNEL chooses it.
#include "channels/adapter.hpp"
#include "messages/event_json.hpp"
#include "messages/json_string.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/standin/discord_rules.hpp"
#include "tests/support/standin/mail_rules.hpp"
#include "tests/support/standin/slack_rules.hpp"
#include "tests/support/standin/telegram_rules.hpp"
#include "tests/support/standin/webhook_rules.hpp"
#include "tests/unit/channels/sample_channels.hpp"

using namespace tocsin;
using namespace tocsin::channels;

namespace {

constexpr auto type = channel_type::TOCSIN_FUZZ_CHANNEL;

accepted_event event_of(fuzz::pieces input) {
  accepted_event result;
  auto& x = result.value;
  x.type = input.next();
  x.service = input.next();
  x.customer = input.next();
  x.timestamp = input.next();
  x.message = input.next();
  // Details are JSON by the time they get here; what is not is taken for a value.
  auto details = input.next();
  auto read = parse_events(R"({"event":"a.b","message":"m","details":)" + details + "}");
  if (read && read->events.size() == 1) {
    x.details = read->events[0].details;
  } else if (!details.empty()) {
    x.details = R"({"value":)";
    append_json_string(x.details, details);
    x.details += '}';
  }
  return result;
}

/// The request as it arrives at the stand-in, which has the provider's path behind a name.
standin::request arrived(const http_request& x, std::string_view path) {
  standin::request result;
  result.method = "POST";
  result.path = path;
  result.body = x.body;
  for (auto* lines : {&x.target->headers, &x.headers})
    for (auto& line : *lines) {
      auto colon = line.find(": ");
      fuzz::expect(line.find_first_of("\r\n") == std::string::npos, "a header is one line");
      result.headers.push_back({line.substr(0, colon), line.substr(colon + 2)});
    }
  return result;
}

void expect_taken(const standin::verdict& x) {
  fuzz::expect(x.accepted, x.reason);
}

void expect_taken(const http_request& x) {
  auto path = x.target->url.substr(x.target->url.find('/', 8));
  switch (type) {
  case channel_type::slack: return expect_taken(check_slack(arrived(x, "/slack" + path)));
  case channel_type::discord: {
    auto query = path.find('?');
    auto request = arrived(x, "/discord" + path.substr(0, query));
    request.query = path.substr(query + 1);
    return expect_taken(check_discord(request, {}));
  }
  case channel_type::telegram:
    return expect_taken(check_telegram(arrived(x, "/telegram" + path), {}));
  default: return expect_taken(check_webhook(arrived(x, "/webhook/one"), {}, {}));
  }
}

void expect_taken(const smtp_request& x) {
  if (auto fault = standin::check_mail_message(x.message))
    fuzz::expect(false, *fault);
  size_t line = 0;
  char before = '\n';
  for (unsigned char c : x.message) {
    fuzz::expect(c == '\r' || c == '\n' || c == '\t' || (c >= 0x20 && c < 0x7f),
                 "a mail is printable 7 bit");
    fuzz::expect((c == '\n') == (before == '\r') || (before == '\n' && c != '\n'),
                 "a line ends in CRLF");
    line = c == '\n' ? 0 : line + 1;
    fuzz::expect(line <= 79, "a line is short");
    before = static_cast<char>(c);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto channel = sample_channel(type);
  auto event = event_of({data, size});
  auto destination = channel->destinations().front();
  for (auto plain : {false, true}) {
    auto request = channel->render(
      {.id = {}, .event = event, .destination = destination, .now = {}, .plain = plain});
    fuzz::expect(request.has_value(), "every event can be rendered");
    std::visit([](auto& x) { expect_taken(x); }, *request);
  }
  return 0;
}
