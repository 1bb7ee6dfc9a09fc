#include "app/cli/config/object_key.hpp"

#include "app/cli/http_client.hpp"

#include <utility>

namespace tocsin::cli {

object_key event_type_key(std::string name) {
  return {object_kind::event_type, {}, std::move(name)};
}

std::string to_string(const object_key& x) {
  auto owner = tocsin::to_string(x.owner);
  switch (x.kind) {
  case object_kind::event_type: return "event-type/" + x.name;
  case object_kind::recipient: return owner;
  case object_kind::preference: return owner + "/preferences";
  case object_kind::channel: break;
  }
  return owner + "/channels/" + x.name;
}

std::string collection_of(const recipient_id& x) {
  return x.kind == recipient_kind::admin ? "/admins" : "/customers";
}

std::string event_type_path(const std::string& name) {
  return "/event-types/" + url_escape(name);
}

std::string preference_path(const recipient_id& x) {
  return collection_of(x) + '/' + url_escape(x.name) + "/preferences";
}

} // namespace tocsin::cli
