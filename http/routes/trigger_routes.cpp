#include "http/channel_json.hpp"
#include "http/object_reader.hpp"
#include "http/routes/conditions.hpp"
#include "http/routes/route.hpp"
#include "http/trigger_json.hpp"

#include <algorithm>
#include <functional>
#include <memory>

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
  boost::json::object wanted;
  bool is_change = false;
  std::vector<matrix_row> rows;
  size_t next_row = 0;
  bool may_repeat = true;
};

using matrix_task_ptr = std::unique_ptr<matrix_task>;

void read_channels(matrix_task_ptr task, std::string cursor);
void store_next_row(matrix_task_ptr task);

void answer_matrix(const matrix_task_ptr& task) {
  task->answering.send(ok(matrix_json(to_string(task->owner), task->channels)));
}

channel_view& find_channel_of(matrix_task& task, const channel_id& id) {
  return *std::find_if(task.channels.begin(), task.channels.end(),
                       [&id](auto& x) { return x.value.id == id; });
}

/// Refuses the change before anything is stored if a row starts from another revision.
std::optional<failure> find_stale_row(matrix_task& task) {
  for (size_t i = 0; i < task.rows.size(); ++i) {
    auto& row = task.rows[i];
    auto stored = find_channel_of(task, row.id).value.revision;
    if (row.revision && static_cast<uint64_t>(*row.revision) != stored)
      return fail(errc::revision_mismatch, "the stored revision of channel " + to_string(row.id)
                                             + " is " + std::to_string(stored));
  }
  return std::nullopt;
}

void begin_change(matrix_task_ptr task) {
  auto rows = decode_matrix(task->wanted, task->channels);
  if (!rows)
    return task->answering.fail(rows.error());
  task->rows = std::move(*rows);
  if (auto stale = find_stale_row(*task))
    return task->answering.fail(*stale);
  store_next_row(std::move(task));
}

void on_channels(matrix_task_ptr task, expected<page<channel_view>> reply) {
  if (!reply)
    return task->answering.fail(reply.error());
  std::move(reply->entries.begin(), reply->entries.end(), std::back_inserter(task->channels));
  if (!reply->next_cursor.empty())
    return read_channels(std::move(task), std::move(reply->next_cursor));
  if (task->is_change)
    return begin_change(std::move(task));
  answer_matrix(task);
}

void read_channels(matrix_task_ptr task, std::string cursor) {
  auto& context = task->context;
  constexpr uint32_t longest_page = 250;
  list_channels message{task->owner, {longest_page, std::move(cursor)}};
  context.questions.ask<page<channel_view>>(
    context.actors.channels, std::move(message),
    [task = std::move(task)](expected<page<channel_view>> reply) mutable {
      on_channels(std::move(task), std::move(reply));
    });
}

/// Reads a channel anew that somebody changed in between, and tries its row again.
void repeat_row(matrix_task_ptr task) {
  auto& context = task->context;
  task->may_repeat = false;
  find_channel message{task->rows[task->next_row].id};
  context.questions.ask<channel_view>(
    context.actors.channels, message,
    [task = std::move(task)](expected<channel_view> reply) mutable {
      if (!reply)
        return task->answering.fail(reply.error());
      find_channel_of(*task, reply->value.id) = std::move(*reply);
      store_next_row(std::move(task));
    });
}

void on_stored(matrix_task_ptr task, expected<channel_view> reply) {
  if (reply) {
    find_channel_of(*task, reply->value.id) = std::move(*reply);
    ++task->next_row;
    task->may_repeat = true;
    return store_next_row(std::move(task));
  }
  auto is_lost_update = reply.error().code == errc::revision_mismatch;
  if (is_lost_update && task->may_repeat && !task->rows[task->next_row].revision)
    return repeat_row(std::move(task));
  task->answering.fail(reply.error());
}

/// Skips the rows that change nothing and stores the first that does.
void store_next_row(matrix_task_ptr task) {
  for (; task->next_row < task->rows.size(); ++task->next_row) {
    auto& row = task->rows[task->next_row];
    auto& x = find_channel_of(*task, row.id).value;
    if (x.triggers == row.triggers)
      continue;
    auto& context = task->context;
    replace_channel message{
      x.id,
      x.revision,
      {x.owner, x.name, x.type, x.enabled, row.triggers, x.filters, x.delivery, "{}"}};
    return context.questions.ask<channel_view>(
      context.actors.channels, std::move(message),
      [task = std::move(task)](expected<channel_view> reply) mutable {
        on_stored(std::move(task), std::move(reply));
      });
  }
  answer_matrix(task);
}

matrix_task_ptr make_task(route_context& context, call& c, recipient_id owner) {
  return matrix_task_ptr{
    new matrix_task{context, std::move(c), std::move(owner), {}, {}, false, {}, 0, true}};
}

/// The owner the query names; nothing, once it was answered, if it names none.
std::optional<recipient_id> read_owner(call& c) {
  auto result = parse_recipient_id(c.parameter("owner").value_or("admin/admin"));
  if (!result)
    c.fail(fail(errc::invalid_argument,
                "the query parameter 'owner' takes 'admin/NAME' or 'customer/NAME'"));
  return result;
}

void get_triggers(route_context& context, call c) {
  if (auto owner = read_owner(c))
    read_channels(make_task(context, c, std::move(*owner)), {});
}

void put_triggers(route_context& context, call c) {
  auto owner = read_owner(c);
  if (!owner)
    return;
  auto object = parse_object(c.message.body);
  if (!object)
    return c.fail(object.error());
  auto task = make_task(context, c, std::move(*owner));
  task->wanted = std::move(*object);
  task->is_change = true;
  read_channels(std::move(task), {});
}

} // namespace

std::vector<route> trigger_routes() {
  return {
    {method::get, "/triggers", token_scope::read, "owner", get_triggers},
    {method::put, "/triggers", token_scope::write, "owner", put_triggers},
  };
}

} // namespace tocsin::http
