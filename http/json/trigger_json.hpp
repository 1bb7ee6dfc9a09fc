#pragma once

#include "http/json/json_writer.hpp"
#include "http/json/object_reader.hpp"
#include "messages/channel.hpp"
#include "messages/failure.hpp"
#include "messages/page.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::http {

using trigger_map = std::map<std::string, trigger, std::less<>>;

/// Writes the triggers that differ from the catalogue's defaults:
/// `{"deploy.success":{"on":false},…}`.
void write_triggers(json_writer& out, const trigger_map& triggers);

/// Reads triggers and leaves out those that say what the catalogue says anyway. `pointer` is
/// where they stand in the body; what is wrong is added to `errors`. Of an event type that was
/// removed, a trigger in `stored` may stand as it is there, or be null.
trigger_map decode_triggers(const boost::json::object& object, const std::string& pointer,
                            const trigger_map& stored, std::vector<field_error>& errors);

/// Reads the member `event_type`: one of the catalogue, or `test`.
std::optional<std::string> read_event_type(object_reader& in);

/// The trigger matrix of one owner: every channel with every event type.
std::string matrix_json(std::string_view owner, const std::vector<channel_view>& channels);

/// What a PUT of the matrix sets for one channel.
struct matrix_row {
  channel_id id;
  /// The revision the client started from, where it says so.
  std::optional<int64_t> revision;
  trigger_map triggers;
};

/// Reads `{"channels":[{"id":…,"revision":…,"triggers":{…}}]}` for the channels in `known`.
/// Errors: invalid_argument or unknown_event_type with all field errors, revision_mismatch.
expected<std::vector<matrix_row>> decode_matrix(const boost::json::object& object,
                                                const std::vector<channel_view>& known);

} // namespace tocsin::http
