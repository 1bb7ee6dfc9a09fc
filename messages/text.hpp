#pragma once

#include <string>
#include <string_view>

namespace tocsin {

/// Makes `text` safe to show anywhere. Every ill-formed UTF-8 sequence becomes one U+FFFD (the
/// maximal-subpart practice of Unicode 15 §3.9); NUL, the C0 controls but line feed and tab, DEL,
/// the C1 controls and the bidirectional overrides U+202A-202E and U+2066-2069 are dropped.
/// Texts of printable ASCII, line feeds and tabs are passed through at the speed of a scan.
std::string clean_text(std::string text);

/// As `clean_text`, but carriage returns stay: for what is passed on as the sender wrote it, and is
/// cleaned again by whoever shows it.
std::string repair_text(std::string text);

/// As `clean_text`, with line breaks of any kind and tabs turned into spaces.
std::string clean_line(std::string text);

/// Whether there is nothing to see in `text`: it is empty, or holds spaces, tabs and line breaks
/// alone.
bool is_blank(std::string_view text);

/// `text` with A to Z as a to z; all other bytes stay, whatever the locale.
std::string lower_ascii(std::string text);

} // namespace tocsin
