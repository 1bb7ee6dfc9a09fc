#include "messages/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin {

namespace {

/// Reads digits off the front of a text; remembers whether everything so far was as expected.
class reader {
public:
  explicit reader(std::string_view text) : rest_(text) {}

  int number(size_t digits) {
    if (rest_.size() < digits)
      return fail();
    int result = 0;
    for (char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9')
        return fail();
      result = result * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return result;
  }

  /// Takes one character out of `choices` and returns it.
  char take(std::string_view choices) {
    if (rest_.empty() || choices.find(rest_.front()) == std::string_view::npos)
      return static_cast<char>(fail());
    auto c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }

  bool next_is_digit() const {
    return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }

  bool good() const { return good_; }

  bool done() const { return good_ && rest_.empty(); }

private:
  int fail() {
    good_ = false;
    return 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

/// The fraction of a second in whole milliseconds; further digits are read and dropped.
int read_milliseconds(reader& in) {
  in.take(".");
  int result = 0;
  int scale = 100;
  do {
    result += in.number(1) * scale;
    scale /= 10;
  } while (in.good() && in.next_is_digit());
  return result;
}

} // namespace

wall_clock system_wall_clock() {
  return
    [] { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); };
}

std::string to_rfc3339(timestamp x) {
  auto day = std::chrono::floor<std::chrono::days>(x);
  std::chrono::year_month_day date{day};
  std::chrono::hh_mm_ss time{x - day};
  auto result = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                            static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                            time.hours().count(), time.minutes().count(), time.seconds().count());
  if (auto ms = time.subseconds().count(); ms != 0)
    result += fmt::format(".{:03}", ms);
  return result + 'Z';
}

std::optional<timestamp> parse_rfc3339(std::string_view text) {
  reader in{text};
  auto year = in.number(4);
  in.take("-");
  auto month = in.number(2);
  in.take("-");
  auto day = in.number(2);
  in.take("Tt ");
  auto hour = in.number(2);
  in.take(":");
  auto minute = in.number(2);
  in.take(":");
  auto second = in.number(2);
  auto ms = in.next_is('.') ? read_milliseconds(in) : 0;
  auto offset = std::chrono::minutes{0};
  if (auto sign = in.take("Zz+-"); sign == '+' || sign == '-') {
    auto hours = in.number(2);
    in.take(":");
    auto minutes = in.number(2);
    if (hours > 23 || minutes > 59)
      return std::nullopt;
    offset = std::chrono::minutes{(hours * 60 + minutes) * (sign == '+' ? 1 : -1)};
  }
  std::chrono::year_month_day date{std::chrono::year{year},
                                   std::chrono::month{static_cast<unsigned>(month)},
                                   std::chrono::day{static_cast<unsigned>(day)}};
  // A leap second (60) is allowed by RFC 3339 and counted as the second after it.
  if (!in.done() || !date.ok() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  return timestamp{std::chrono::sys_days{date}} + std::chrono::hours{hour}
         + std::chrono::minutes{minute} + std::chrono::seconds{second}
         + std::chrono::milliseconds{ms} - offset;
}

} // namespace tocsin
