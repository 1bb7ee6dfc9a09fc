#include "http/entity_tag.hpp"
#include "http/json/channel_json.hpp"
#include "http/json/object_reader.hpp"
#include "http/json/trigger_json.hpp"
#include "http/routes/conditions.hpp"
#include "http/routes/route.hpp"

#include <algorithm>
#include <memory>
#include <optional>

namespace tocsin::http {

namespace {

/// A look at, or a change of, the trigger matrix of one owner. It goes from step to step, each
/// beginning with the reply to the one before.
struct matrix_task {
  route_context& context;
  call answering;
  recipient_id owner;
  /// All channels of the owner, as far as they have been read.
  std::vector<channel_view> channels;
  /// What a PUT wants; nothing for a GET.
  std::optional<boost::json::object> wanted;
  unsigned rounds = change_rounds;
};

using matrix_task_ptr = std::unique_ptr<matrix_task>;

void read_channels(matrix_task_ptr task, std::string cursor);

/// The matrix's own version: another revision of any channel, and any channel more or less, gives
/// another.
std::string tag_of(const matrix_task& task) {
  auto text = to_string(task.owner);
  for (auto& x : task.channels)
    text += ' ' + to_string(x.value.id) + ':' + std::to_string(x.value.revision);
  return entity_tag(text);
}

void answer_matrix(const matrix_task_ptr& task) {
  auto result = ok(matrix_json(to_string(task->owner), task->channels));
  result.headers.push_back({"ETag", tag_of(*task)});
  task->answering.send(std::move(result));
}

channel_view& find_channel_of(matrix_task& task, const channel_id& id) {
  return *std::find_if(task.channels.begin(), task.channels.end(),
                       [&id](auto& x) { return x.value.id == id; });
}

/// Whether the client says which version its change is based on.
bool demands_version(const matrix_task& task, const std::vector<matrix_row>& rows) {
  auto& tag = task.answering.message.if_match;
  return (tag && *tag != "*")
         || std::any_of(rows.begin(), rows.end(), [](auto& row) { return row.revision; });
}

/// Refuses the change if it, or one of its rows, starts from another version.
std::optional<failure> find_stale_part(matrix_task& task, const std::vector<matrix_row>& rows) {
  auto& tag = task.answering.message.if_match;
  if (tag && !names_tag(*tag, tag_of(task)))
    return fail(errc::revision_mismatch,
                "the triggers have changed: their ETag is " + tag_of(task));
  for (auto& row : rows) {
    auto stored = find_channel_of(task, row.id).value.revision;
    if (row.revision && static_cast<uint64_t>(*row.revision) != stored)
      return fail(errc::revision_mismatch, "the stored revision of channel " + to_string(row.id)
                                             + " is " + std::to_string(stored));
  }
  return std::nullopt;
}

void on_replaced(matrix_task_ptr task, bool may_repeat, expected<triggers_replaced> reply) {
  if (reply) {
    for (auto& x : reply->channels)
      find_channel_of(*task, x.value.id) = std::move(x);
    return answer_matrix(task);
  }
  if (reply.error().code != errc::revision_mismatch || !may_repeat || --task->rounds == 0)
    return task->answering.fail(reply.error());
  task->channels.clear();
  read_channels(std::move(task), {});
}

/// The rows that change something.
replace_triggers changes_of(matrix_task& task, std::vector<matrix_row>& rows) {
  replace_triggers result;
  result.by = task.answering.as_author();
  for (size_t i = 0; i < rows.size(); ++i) {
    auto& stored = find_channel_of(task, rows[i].id).value;
    if (stored.triggers != rows[i].triggers)
      result.rows.push_back({stored.id, stored.revision, std::move(rows[i].triggers), i});
  }
  return result;
}

void begin_change(matrix_task_ptr task) {
  auto rows = decode_matrix(*task->wanted, task->channels);
  if (!rows)
    return task->answering.fail(rows.error());
  if (auto stale = find_stale_part(*task, *rows))
    return task->answering.fail(*stale);
  auto message = changes_of(*task, *rows);
  if (message.rows.empty())
    return answer_matrix(task);
  auto may_repeat = !demands_version(*task, *rows);
  auto& context = task->context;
  context.questions.ask<triggers_replaced>(
    context.actors.channels, std::move(message),
    [task = std::move(task), may_repeat](expected<triggers_replaced> reply) mutable {
      on_replaced(std::move(task), may_repeat, std::move(reply));
    });
}

void on_channels(matrix_task_ptr task, expected<page<channel_view>> reply) {
  if (!reply)
    return task->answering.fail(reply.error());
  std::move(reply->entries.begin(), reply->entries.end(), std::back_inserter(task->channels));
  if (!reply->next_cursor.empty())
    return read_channels(std::move(task), std::move(reply->next_cursor));
  if (task->wanted)
    return begin_change(std::move(task));
  answer_matrix(task);
}

void read_channels(matrix_task_ptr task, std::string cursor) {
  auto& context = task->context;
  list_channels message{task->owner, {max_page_entries, std::move(cursor)}};
  context.questions.ask<page<channel_view>>(
    context.actors.channels, std::move(message),
    [task = std::move(task)](expected<page<channel_view>> reply) mutable {
      on_channels(std::move(task), std::move(reply));
    });
}

matrix_task_ptr make_task(route_context& context, call& c, recipient_id owner) {
  return matrix_task_ptr{new matrix_task{context, std::move(c), std::move(owner), {}, {}}};
}

expected<recipient_id> owner_in_query(const call& c) {
  return read_owner(c.parameter("owner").value_or("admin/admin"));
}

void get_triggers(route_context& context, call c) {
  auto owner = owner_in_query(c);
  if (!owner)
    return c.fail(owner.error());
  read_channels(make_task(context, c, std::move(*owner)), {});
}

void put_triggers(route_context& context, call c) {
  auto owner = owner_in_query(c);
  if (!owner)
    return c.fail(owner.error());
  auto object = parse_object(c.message.body);
  if (!object)
    return c.fail(object.error());
  auto task = make_task(context, c, std::move(*owner));
  task->wanted = std::move(*object);
  read_channels(std::move(task), {});
}

} // namespace

std::vector<route> trigger_routes() {
  return {
    {method::get, "/triggers", token_scope::read, subject::owner_in_query, "owner", get_triggers},
    {method::put, "/triggers", token_scope::write, subject::owner_in_query, "owner", put_triggers},
  };
}

} // namespace tocsin::http
