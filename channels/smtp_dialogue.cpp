#include "channels/smtp_dialogue.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace tocsin::channels {

namespace {

constexpr size_t max_text_bytes = 1024;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Whether an EHLO line names the keyword AUTH; some old servers write `AUTH=`.
bool names_auth(std::string_view text) {
  constexpr std::string_view keyword = "AUTH";
  return text.size() >= keyword.size()
         && std::equal(
           keyword.begin(), keyword.end(), text.begin(),
           [](char a, char b) { return a == std::toupper(static_cast<unsigned char>(b)); })
         && (text.size() == keyword.size() || text[4] == ' ' || text[4] == '=');
}

} // namespace

void smtp_dialogue::begin(mail_encryption encryption, bool has_credentials) {
  *this = {};
  wants_tls_ = encryption == mail_encryption::starttls;
  has_credentials_ = has_credentials;
}

void smtp_dialogue::connected() {
  phase_ = phase::greeting;
  has_tls_ = false;
  offers_auth_ = false;
}

bool smtp_dialogue::on_line(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r'))
    line.remove_suffix(1);
  if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit))
    return true;
  auto text = line.substr(std::min<size_t>(4, line.size()));
  if (phase_ == phase::ehlo && names_auth(text))
    offers_auth_ = true;
  if (!partial_.empty() && !text.empty())
    partial_ += ' ';
  partial_ += text;
  if (partial_.size() > max_text_bytes)
    partial_.resize(max_text_bytes);
  if (line.size() > 3 && line[3] == '-')
    return true;
  code_ = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  text_ = std::exchange(partial_, {});
  return on_reply();
}

bool smtp_dialogue::on_reply() {
  auto good = code_ >= 200 && code_ < 300;
  switch (phase_) {
  case phase::greeting:
    if (good)
      phase_ = phase::ehlo;
    break;
  case phase::ehlo:
    // A refused EHLO may be followed by HELO, whose reply ends this phase too.
    if (good)
      return on_capabilities();
    break;
  case phase::starttls:
    if (good) {
      has_tls_ = true;
      offers_auth_ = false;
      phase_ = phase::ehlo;
    }
    break;
  case phase::auth:
    if (good)
      phase_ = phase::mail;
    break;
  case phase::mail:
    if (good)
      phase_ = phase::rcpt;
    break;
  case phase::rcpt:
    if (good)
      phase_ = phase::data;
    break;
  case phase::data:
    if (code_ == 354)
      phase_ = phase::content;
    break;
  case phase::content:
    if (good)
      phase_ = phase::done;
    break;
  case phase::done: break;
  }
  return true;
}

bool smtp_dialogue::on_capabilities() {
  if (wants_tls_ && !has_tls_) {
    phase_ = phase::starttls;
    return true;
  }
  if (!has_credentials_) {
    phase_ = phase::mail;
    return true;
  }
  phase_ = phase::auth;
  auth_missing_ = !offers_auth_;
  return offers_auth_;
}

} // namespace tocsin::channels
