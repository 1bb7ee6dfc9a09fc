#pragma once

#include "http/json/channel_json.hpp"
#include "http/json/event_type_json.hpp"
#include "http/json/mask.hpp"
#include "http/json/object_reader.hpp"
#include "http/json/recipient_json.hpp"
#include "http/routes/conditions.hpp"
#include "http/routes/route.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tocsin::http {

inline uint64_t revision_of(const channel_view& x) {
  return x.value.revision;
}

inline uint64_t revision_of(const recipient& x) {
  return x.revision;
}

inline uint64_t revision_of(const custom_event_type& x) {
  return x.revision;
}

inline uint64_t revision_of(const preference& x) {
  return x.revision;
}

/// The answer to a change, without what its author may not read.
template <class View>
response revised(const call& c, View& x) {
  if constexpr (std::is_same_v<View, channel_view>)
    if (!c.shows_sensitive())
      mask(x);
  return tagged(ok(to_json(x)), revision_of(x));
}

/// Changes a stored object: finds it, lets `change` make the message that stores it again, and
/// answers `c` with what `to_json` makes of the result.
///
/// `change(const View&)` gives `expected` of that message, naming the revision it found. With
/// `demanded` set, the object must have that revision. Without, a change by somebody else in
/// between is no fault of the client: everything is done again on top of it.
template <class View, class Handle, class Find, class Change>
void revise(route_context& context, call c, const Handle& registry, Find find, Change change,
            std::optional<uint64_t> demanded, unsigned rounds = change_rounds) {
  auto store = [&context, c = std::move(c), &registry, find, change = std::move(change), demanded,
                rounds](expected<View> found) mutable {
    if (!found)
      return c.fail(found.error());
    if (demanded && *demanded != revision_of(*found))
      return c.fail(fail(errc::revision_mismatch,
                         "the stored revision is " + std::to_string(revision_of(*found))));
    auto message = change(*found);
    if (!message)
      return c.fail(message.error());
    auto conclude = [&context, c = std::move(c), &registry, find, change = std::move(change),
                     demanded, rounds](expected<View> stored) mutable {
      if (stored)
        return c.send(revised(c, *stored));
      if (stored.error().code != errc::revision_mismatch || demanded || rounds <= 1)
        return c.fail(stored.error());
      revise<View>(context, std::move(c), registry, find, std::move(change), demanded, rounds - 1);
    };
    context.questions.ask<View>(registry, std::move(*message), std::move(conclude));
  };
  context.questions.ask<View>(registry, find, std::move(store));
}

/// The `revision` in a body about `what`. Errors: invalid_argument.
inline expected<std::optional<int64_t>> read_revision(const boost::json::object& body,
                                                      std::string_view what) {
  std::vector<field_error> errors;
  auto result = object_reader{body, "", errors}.integer("revision", 1, INT64_MAX);
  if (!errors.empty())
    return invalid_fields(what, std::move(errors));
  return result;
}

/// The revision a change is based on: the one `If-Match` names or else the `revision` in the body.
/// Errors: revision_mismatch where the two differ.
inline expected<std::optional<uint64_t>> demanded_revision(const request& x,
                                                           std::optional<int64_t> in_body) {
  auto in_header = read_if_match(x);
  if (!in_header || !in_body)
    return in_header;
  auto revision = static_cast<uint64_t>(*in_body);
  if (*in_header && **in_header != revision)
    return fail(errc::revision_mismatch, "'If-Match' and 'revision' differ");
  return std::optional{revision};
}

/// Changes a stored object as `revise` does, by the JSON Merge Patch in the body of `c`, which is
/// about `what`; a `Save` stores it.
template <class View, class Save, class Handle, class Find>
void patch_object(route_context& context, call c, std::string_view what, const Handle& registry,
                  Find find) {
  auto patch = parse_object(c.message.body);
  if (!patch)
    return c.fail(patch.error());
  auto in_body = read_revision(*patch, what);
  if (!in_body)
    return c.fail(in_body.error());
  auto revision = demanded_revision(c.message, *in_body);
  if (!revision)
    return c.fail(revision.error());
  auto change = [patch = std::move(*patch), by = c.as_author()](const View& x) -> expected<Save> {
    auto changed = apply_patch(patch, x);
    if (!changed)
      return changed.error();
    return Save{std::move(*changed), by};
  };
  revise<View>(context, std::move(c), registry, std::move(find), std::move(change), *revision);
}

} // namespace tocsin::http
