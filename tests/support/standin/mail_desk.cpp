#include "tests/support/standin/mail_desk.hpp"

namespace tocsin::standin {

std::optional<scripted_reply> mail_desk::scripted(smtp_stage stage, std::string_view line) {
  return scripts_.take(to_string(provider::email), listener_, stage, line);
}

record mail_desk::entry_for(smtp_mail mail) const {
  record entry;
  entry.from = provider::email;
  entry.name = listener_;
  entry.tls = mail.tls;
  entry.received_at = std::chrono::system_clock::now();
  entry.body = std::move(mail.message);
  entry.mail = std::move(mail.envelope);
  return entry;
}

std::uint64_t mail_desk::accept(smtp_mail mail) {
  auto entry = entry_for(std::move(mail));
  entry.status = 250;
  return records_.add(ruling::accepted, std::move(entry));
}

void mail_desk::refuse(smtp_mail mail, smtp_reply answer, std::string reason, bool scripted) {
  auto entry = entry_for(std::move(mail));
  entry.status = answer.code;
  entry.reply = std::move(answer.text);
  entry.reason = std::move(reason);
  entry.scripted = scripted;
  records_.add(ruling::refused, std::move(entry));
}

} // namespace tocsin::standin
