#include "app/bench/conversation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <strings.h>

namespace tocsin::bench {

namespace {

/// A command line with its CRLF (RFC 5321 §4.5.3.1.4), and what SIZE announces.
constexpr size_t max_line_bytes = 512;
constexpr size_t max_mail_bytes = size_t{10} << 20;
constexpr std::string_view end_of_mail = "\r\n.\r\n";

bool starts_with(std::string_view line, std::string_view word) {
  return line.size() >= word.size() && ::strncasecmp(line.data(), word.data(), word.size()) == 0;
}

/// Whether `line` is the command `word`, alone or with something behind it.
bool is_command(std::string_view line, std::string_view word) {
  return starts_with(line, word) && (line.size() == word.size() || line[word.size()] == ' ');
}

/// What the parameter SIZE says in a `MAIL` command; 0 without one.
size_t announced_bytes(std::string_view line) {
  constexpr std::string_view key = " SIZE=";
  size_t result = 0;
  for (auto at = line.find(' '); at != line.npos; at = line.find(' ', at + 1))
    if (starts_with(line.substr(at), key))
      std::from_chars(line.data() + at + key.size(), line.data() + line.size(), result);
  return result;
}

/// The mail without the dots that RFC 5321 §4.5.2 puts before lines which begin with one. Such a
/// mail is copied to `place`, any other stays where it is.
std::string_view unstuffed(std::string_view mail, std::string& place) {
  auto dot = mail.starts_with('.') ? 0 : mail.find("\r\n.");
  if (dot == mail.npos)
    return mail;
  place.clear();
  for (size_t begin = 0; begin < mail.size();) {
    auto found = mail.find("\r\n", begin);
    auto end = found == mail.npos ? mail.size() : found + 2;
    auto line = mail.substr(begin, end - begin);
    place += line.substr(line.starts_with('.') ? 1 : 0);
    begin = end;
  }
  return place;
}

class mail final : public conversation {
public:
  explicit mail(const sink_state& state) : state_(state) {}

  std::string_view greeting() const override { return "220 sink.localhost ESMTP\r\n"; }

  bool take(byte_buffer& buffer, std::string& answers) override {
    while (
      next_ != next::end
      && (next_ == next::content ? take_content(buffer, answers) : take_line(buffer, answers))) {
    }
    return next_ != next::end;
  }

private:
  /// What may come next, as far as the order of commands matters.
  enum class next : uint8_t { hello, sender, recipient, more_recipients, content, end };

  bool take_line(byte_buffer& buffer, std::string& answers) {
    auto text = buffer.text();
    auto end = text.find("\r\n");
    if (std::min(end, text.size()) > max_line_bytes - 2) {
      answers += "500 5.5.2 the line is too long\r\n";
      next_ = next::end;
      return false;
    }
    if (end == text.npos)
      return false;
    answers += answer_to(text.substr(0, end));
    buffer.consume(end + 2);
    return true;
  }

  std::string_view answer_to(std::string_view line) {
    if (is_command(line, "EHLO") || is_command(line, "HELO"))
      return hello(starts_with(line, "E"));
    if (is_command(line, "MAIL"))
      return sender(line);
    if (is_command(line, "RCPT"))
      return recipient(line);
    if (is_command(line, "DATA"))
      return data();
    if (is_command(line, "RSET")) {
      forget_mail();
      return "250 2.0.0 forgotten\r\n";
    }
    if (is_command(line, "NOOP"))
      return "250 2.0.0 nothing done\r\n";
    if (is_command(line, "QUIT")) {
      next_ = next::end;
      return "221 2.0.0 bye\r\n";
    }
    return "500 5.5.2 not a command\r\n";
  }

  std::string_view hello(bool is_extended) {
    static const auto extended
      = fmt::format("250-sink.localhost\r\n250-PIPELINING\r\n250 SIZE {}\r\n", max_mail_bytes);
    next_ = next::sender;
    return is_extended ? std::string_view{extended} : "250 sink.localhost\r\n";
  }

  std::string_view sender(std::string_view line) {
    if (next_ != next::sender)
      return "503 5.5.1 not now\r\n";
    if (!starts_with(line, "MAIL FROM:<") || line.find('>') == line.npos)
      return "501 5.5.4 the form is MAIL FROM:<address>\r\n";
    if (announced_bytes(line) > max_mail_bytes)
      return "552 5.3.4 too large\r\n";
    if (state_.is_out_of_order)
      return "451 4.3.0 out of order\r\n";
    next_ = next::recipient;
    return "250 2.1.0 sender taken\r\n";
  }

  std::string_view recipient(std::string_view line) {
    if (next_ != next::recipient && next_ != next::more_recipients)
      return "503 5.5.1 not now\r\n";
    if (!starts_with(line, "RCPT TO:<") || line.find('>') == line.npos)
      return "501 5.5.4 the form is RCPT TO:<address>\r\n";
    next_ = next::more_recipients;
    return "250 2.1.5 recipient taken\r\n";
  }

  std::string_view data() {
    if (next_ != next::more_recipients)
      return "503 5.5.1 not now\r\n";
    next_ = next::content;
    searched_ = 0;
    return "354 end with a dot on a line of its own\r\n";
  }

  bool take_content(byte_buffer& buffer, std::string& answers) {
    auto text = buffer.text();
    // The line break before the dot of a mail without content is that of DATA.
    auto is_empty = text.starts_with(end_of_mail.substr(2));
    auto end = is_empty ? 0 : text.find(end_of_mail, searched_);
    if (end == text.npos && text.size() <= max_mail_bytes) {
      searched_ = text.size() - std::min(text.size(), end_of_mail.size() - 1);
      return false;
    }
    if (std::min(end, text.size()) > max_mail_bytes) {
      answers += "552 5.3.4 too large\r\n";
      next_ = next::end;
      return false;
    }
    // The last line keeps its line break.
    state_.on_arrival(unstuffed(text.substr(0, is_empty ? 0 : end + 2), unstuffed_));
    buffer.consume(is_empty ? end_of_mail.size() - 2 : end + end_of_mail.size());
    forget_mail();
    answers += "250 2.0.0 taken\r\n";
    return true;
  }

  void forget_mail() { next_ = next_ == next::hello ? next::hello : next::sender; }

  const sink_state& state_;
  next next_ = next::hello;
  /// This much of the content has no end in it.
  size_t searched_ = 0;
  std::string unstuffed_;
};

} // namespace

std::unique_ptr<conversation> mail_conversation(const sink_state& state) {
  return std::make_unique<mail>(state);
}

} // namespace tocsin::bench
