#include "channels/transport/smtp_dialogue.hpp"

#include <algorithm>
#include <utility>

namespace tocsin::channels {

namespace {

constexpr size_t max_text_bytes = 1024;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

} // namespace

void smtp_dialogue::begin(mail_encryption encryption, bool has_credentials, size_t recipients) {
  *this = {};
  wants_tls_ = encryption == mail_encryption::starttls;
  has_credentials_ = has_credentials;
  recipients_left_ = recipients;
}

void smtp_dialogue::connected() {
  step_ = smtp_step::greeting;
  has_tls_ = false;
  offers_auth_ = false;
}

bool smtp_dialogue::on_line(std::string_view line) {
  // After a refusal nothing follows but the answer to QUIT.
  if (refused_)
    return true;
  while (line.ends_with('\n') || line.ends_with('\r'))
    line.remove_suffix(1);
  if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit))
    return true;
  auto text = line.substr(std::min<size_t>(4, line.size()));
  // Just what libcurl takes for an offer: it sends without where it sees none.
  if (step_ == smtp_step::ehlo && text.starts_with("AUTH "))
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
  // Before MAIL libcurl says no goodbye, and may go on: with HELO, or with another way to sign in.
  refused_ = code_ >= 400 && step_ >= smtp_step::mail;
  switch (step_) {
  case smtp_step::greeting:
    if (good)
      step_ = smtp_step::ehlo;
    break;
  case smtp_step::ehlo:
    if (good)
      return on_capabilities();
    break;
  case smtp_step::starttls:
    if (good) {
      has_tls_ = true;
      offers_auth_ = false;
      step_ = smtp_step::ehlo;
    }
    break;
  case smtp_step::auth:
    if (good)
      step_ = smtp_step::mail;
    break;
  case smtp_step::mail:
    if (good)
      step_ = smtp_step::rcpt;
    break;
  case smtp_step::rcpt:
    if (good && --recipients_left_ == 0)
      step_ = smtp_step::data;
    break;
  case smtp_step::data:
    if (code_ == 354)
      step_ = smtp_step::content;
    break;
  case smtp_step::content:
    if (good)
      step_ = smtp_step::done;
    break;
  case smtp_step::done: break;
  }
  return true;
}

bool smtp_dialogue::on_capabilities() {
  if (wants_tls_ && !has_tls_) {
    step_ = smtp_step::starttls;
    return true;
  }
  if (!has_credentials_) {
    step_ = smtp_step::mail;
    return true;
  }
  step_ = smtp_step::auth;
  auth_missing_ = !offers_auth_;
  return offers_auth_;
}

} // namespace tocsin::channels
