// Input: a channel type, settings, an address. Settings are taken or refused with a place; what is
// taken can carry nothing into the wire; no redaction fails. No text of an address that is private
// lets a customer in.
#include "channels/adapter.hpp"
#include "channels/mail_address.hpp"
#include "channels/transport/address_rules.hpp"
#include "channels/url_check.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/standin/text_units.hpp"

#include <arpa/inet.h>

using namespace tocsin;
using namespace tocsin::channels;

namespace {

bool is_clean(std::string_view text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
}

void check_settings(channel_type type, const std::string& settings) {
  for (auto rules : {address_rules::any(), address_rules::public_only()}) {
    auto made = make_adapter(type, settings, {}, rules);
    if (!made) {
      fuzz::expect(!made.error().fields.empty(), "a refusal names what is wrong");
      continue;
    }
    accepted_event event;
    for (auto& to : (*made)->destinations()) {
      auto request = (*made)->render({.id = {}, .event = event, .destination = to, .now = {}});
      fuzz::expect(request.has_value(), "what is configured can be sent to");
      if (auto* http = std::get_if<http_request>(&*request)) {
        fuzz::expect(is_clean(http->target->url), "a URL is one line");
        for (auto& line : http->target->headers)
          fuzz::expect(is_clean(line), "a header is one line");
      }
      if (auto* mail = std::get_if<smtp_request>(&*request))
        for (auto& text : {mail->to.at(0), mail->server->from, mail->server->host})
          fuzz::expect(text.find_first_of(std::string_view{"\r\n\0 <>", 6}) == std::string::npos,
                       "an address carries no command");
    }
  }
  auto shown = redact(type, settings);
  fuzz::expect(standin::valid_utf8(shown.settings), "redacted settings are valid UTF-8");
}

void check_address(const std::string& text) {
  in_addr v4{};
  if (address_rules::public_only().allow(std::string_view{text})
      && inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    auto first = ntohl(v4.s_addr) >> 24;
    fuzz::expect(first != 0 && first != 10 && first != 127 && first < 224,
                 "private addresses are closed");
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::pieces input{data, size};
  auto type = static_cast<channel_type>(1 + input.number(5));
  check_settings(type, input.next());
  auto text = input.next();
  check_address(text);
  if (auto url = take_apart(text))
    fuzz::expect(is_clean(url->text), "a URL is one line");
  if (auto mailbox = parse_mailbox(text))
    fuzz::expect(mailbox->address.size() <= 320 && is_clean(mailbox->address),
                 "an address carries no command");
  return 0;
}
