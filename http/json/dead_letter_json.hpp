#pragma once

#include "http/json/json_writer.hpp"
#include "messages/protocol/dead_letters.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace tocsin::http {

/// An entry of the list of dead letters.
void write_dead_letter(json_writer& out, const dead_letter_view& x);

/// An entry of their groups.
void write_dead_letter_group(json_writer& out, const dead_letter_summary& x);

/// How far a replay or a discard came; `moved` is what the number of those it moved is called.
std::string to_json(const dead_letters_done& x, std::string_view moved, bool is_dry_run);

/// Reads the body of a replay. Errors: invalid_argument, unknown_event_type with all field errors.
expected<replay_chosen> decode_replay(const boost::json::object& object);

/// Reads the body of a discard. Errors: as `decode_replay`.
expected<discard_chosen> decode_discard(const boost::json::object& object);

} // namespace tocsin::http
