#pragma once

#include "messages/event_json.hpp"
#include "messages/failure.hpp"

#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin {

/// How many members an event may have.
inline constexpr size_t event_fields = 7;

/// Makes events of the members of JSON objects, one object after another, and notes what is wrong
/// with them. Whoever reads the JSON tells of each member first its key and then its value.
class event_builder {
public:
  /// The events come as an array, so that each fault is to say of which it is.
  void begin_list() { list_.is_array = true; }

  void begin_event();

  /// Ends an event; notes the fields that it lacks.
  void end_event();

  /// Refuses what stands in the place of an event; `kind` is what it is, for example `a number`.
  void refuse_entry(std::string_view kind);

  void key(std::string name) { key_ = std::move(name); }

  /// The value of a member: a string, or `null`.
  void text(std::string value);
  void null();

  /// The value of a member where no field takes what it is, for example `a number`.
  void refuse(std::string_view kind);

  /// The value of a member that begins with `bracket`. Returns whether it is the details, which
  /// `details` is to be given; anything else is refused, and whatever is in it passed over.
  bool open(char bracket);

  /// What the details hold, as `event::details` does.
  void details(std::string text) { current_.details = std::move(text); }

  event_list& list() { return list_; }

  /// At most 50: a body full of faults need not be listed to its end.
  std::vector<field_error>& errors() { return errors_; }

private:
  bool remember_key();
  std::string pointer() const;
  void complain(std::string_view key, std::string code, std::string detail);
  void note(field_error x);

  event_list list_;
  /// Of the current event in the array.
  size_t place_ = 0;
  std::vector<field_error> errors_;
  event current_;
  /// Of the member that is read.
  std::string key_;
  /// Which members of this event were read, by the place of their field.
  std::bitset<event_fields> seen_;
};

} // namespace tocsin
