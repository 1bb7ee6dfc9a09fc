#pragma once

#include "tests/support/standin/record_book.hpp"
#include "tests/support/standin/script_book.hpp"
#include "tests/support/standin/smtp_session.hpp"

namespace tocsin::standin {

/// Connects the SMTP sessions of one listener with the scripts and the records.
/// Safe to use from any thread.
class mail_desk final : public smtp_host {
public:
  /// `listener`: `starttls`, `tls` or `plain`.
  mail_desk(std::string listener, record_book& records, script_book& scripts)
    : listener_(std::move(listener)), records_(records), scripts_(scripts) {}

  std::optional<scripted_reply> scripted(smtp_stage stage, std::string_view line) override;
  std::uint64_t accept(smtp_mail mail) override;
  void refuse(smtp_mail mail, smtp_reply answer, std::string reason, bool scripted) override;

private:
  record entry_for(smtp_mail mail) const;

  std::string listener_;
  record_book& records_;
  script_book& scripts_;
};

} // namespace tocsin::standin
