#pragma once

#include "channels/signature.hpp"

#include <charconv>
#include <string>
#include <string_view>

namespace tocsin::channels {

/// What a mail of ours says once its encodings are undone, with plain line feeds.
struct mail_text {
  std::string subject;
  std::string text;
  std::string html;
};

namespace mail_reading {

inline std::string between(std::string_view text, std::string_view begin, std::string_view end) {
  auto from = text.find(begin);
  if (from == std::string_view::npos)
    return {};
  text.remove_prefix(from + begin.size());
  return std::string{text.substr(0, text.find(end))};
}

/// Undoes `=?UTF-8?B?…?=`; a fold between two encoded words belongs to neither, any other one to
/// the text.
inline std::string header_text(std::string_view raw) {
  std::string result;
  for (bool after_word = false; !raw.empty();) {
    constexpr std::string_view opening = "=?UTF-8?B?";
    if (raw.starts_with(opening)) {
      auto end = raw.find("?=");
      auto digits = raw.substr(opening.size(), end - opening.size());
      result += from_base64(digits).value_or("not base 64");
      raw.remove_prefix(end + 2);
      after_word = true;
    } else if (raw.starts_with("\r\n")) {
      raw.remove_prefix(after_word ? 3 : 2);
    } else {
      result += raw.front();
      raw.remove_prefix(1);
      after_word = false;
    }
  }
  return result;
}

inline std::string quoted_printable_text(std::string_view raw) {
  std::string result;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '=') {
      result += raw[i];
    } else if (raw.substr(i + 1, 2) == "\r\n") {
      i += 2;
    } else {
      int byte = 0;
      std::from_chars(raw.data() + i + 1, raw.data() + i + 3, byte, 16);
      result += static_cast<char>(byte);
      i += 2;
    }
  }
  return result;
}

inline std::string without(std::string text, std::string_view what) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at))
    text.erase(at, what.size());
  return text;
}

inline std::string part_text(std::string_view raw, std::string_view content_type) {
  auto part = between(raw, "Content-Type: " + std::string{content_type}, "\r\n--=_");
  auto body = part.substr(part.find("\r\n\r\n") + 4);
  auto is_base64 = part.find("Content-Transfer-Encoding: base64") != std::string::npos;
  return without(is_base64 ? from_base64(without(body, "\r\n")).value_or("not base 64")
                           : quoted_printable_text(body),
                 "\r");
}

} // namespace mail_reading

/// Reads a mail in the form that the channel gives it; `mail_check.py` reads them as others do.
inline mail_text read_mail(std::string_view raw) {
  using namespace mail_reading;
  return {header_text(between(raw, "\r\nSubject: ", "\r\nDate: ")), part_text(raw, "text/plain"),
          part_text(raw, "text/html")};
}

} // namespace tocsin::channels
