// Input: code, Retry-After, body, and the lines of an SMTP server. Whatever comes back, an outcome
// is short and clean, and keeps the secrets.
#include "channels/adapter.hpp"
#include "channels/retry_after.hpp"
#include "channels/transport/smtp_dialogue.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/standin/text_units.hpp"
#include "tests/unit/channels/sample_channels.hpp"

using namespace tocsin;
using namespace tocsin::channels;

namespace {

/// What must not show in an outcome of a sample channel.
std::string_view secret_of(channel_type type) {
  switch (type) {
  case channel_type::slack: return sample_slack_secret;
  case channel_type::discord: return sample_discord_token;
  case channel_type::telegram: return sample_bot_token;
  default: return {};
  }
}

void expect_presentable(channel_type type, const verdict& x) {
  auto secret = secret_of(type);
  for (auto* text : {&x.text, &x.code}) {
    fuzz::expect(standin::valid_utf8(*text), "an outcome is valid UTF-8");
    fuzz::expect(text->size() <= 500, "an outcome is short");
    fuzz::expect(text->find('\n') == std::string::npos, "an outcome is one line");
    fuzz::expect(secret.empty() || text->find(secret) == std::string::npos,
                 "an outcome keeps the secrets");
  }
  if (x.wait)
    fuzz::expect(*x.wait >= std::chrono::seconds{1} && *x.wait <= max_pause, "a pause is sane");
  fuzz::expect((x.cure == remedy::change_settings) == !x.settings_patch.empty(),
               "a change of settings has a patch");
}

void follow_smtp(std::string_view text) {
  for (auto encryption : {mail_encryption::starttls, mail_encryption::none}) {
    smtp_dialogue dialogue;
    dialogue.begin(encryption, true, 1);
    dialogue.connected();
    auto rest = text;
    while (!rest.empty()) {
      auto end = std::min(rest.find('\n'), rest.size() - 1) + 1;
      if (!dialogue.on_line(rest.substr(0, end)))
        break;
      rest.remove_prefix(end);
    }
    fuzz::expect(dialogue.code() >= 0 && dialogue.code() <= 999, "a code has three digits");
    fuzz::expect(dialogue.text().size() <= 1024, "a reply is kept short");
    wire_reply reply;
    reply.code = dialogue.code();
    reply.step = dialogue.where();
    reply.body = dialogue.text();
    static const auto mail = sample_channel(channel_type::email);
    expect_presentable(channel_type::email, mail->classify(reply));
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::pieces input{data, size};
  wire_reply reply;
  reply.stage = attempt_stage::accepted;
  reply.sent = true;
  reply.code = static_cast<int>(input.number(600));
  reply.retry_after = input.next();
  reply.body = input.next();
  for (auto type : {channel_type::slack, channel_type::discord, channel_type::telegram,
                    channel_type::webhook}) {
    auto channel = sample_channel(type);
    auto result = channel->classify(reply);
    expect_presentable(type, result);
    channel->hint(result);
  }
  follow_smtp(input.next());
  return 0;
}
