#pragma once

#include "messages/access_epoch.hpp"
#include "messages/protocol/audit_log.hpp"
#include "messages/protocol/channel_registry.hpp"
#include "messages/protocol/dead_letters.hpp"
#include "messages/protocol/delivery_control.hpp"
#include "messages/protocol/delivery_feed.hpp"
#include "messages/protocol/delivery_log.hpp"
#include "messages/protocol/event_explainer.hpp"
#include "messages/protocol/event_type_registry.hpp"
#include "messages/protocol/ingress.hpp"
#include "messages/protocol/metrics.hpp"
#include "messages/protocol/recipient_registry.hpp"
#include "messages/protocol/session_registry.hpp"
#include "messages/protocol/stats.hpp"
#include "messages/protocol/token_registry.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace tocsin::http {

/// The actors that answer the API. All of them must be set before a server starts; the server
/// releases them when it stops.
struct backend {
  ingress_actor ingress;
  event_explainer_actor explainer;
  channel_registry_actor channels;
  recipient_registry_actor recipients;
  event_type_registry_actor event_types;
  delivery_log_actor deliveries;
  delivery_feed_actor feed;
  delivery_control_actor control;
  dead_letters_actor dead_letters;
  token_registry_actor tokens;
  audit_log_actor audit;
  session_registry_actor sessions;
  sign_in_desk_actor sign_in;
  stats_actor stats;
  metrics_actor metrics;
  /// Whether the storage has room for new events.
  std::shared_ptr<std::atomic<bool>> has_room = std::make_shared<std::atomic<bool>>(true);
  /// Whether the disk accepts writes.
  std::shared_ptr<std::atomic<bool>> can_write = std::make_shared<std::atomic<bool>>(true);
  /// For how long the disk has not answered the write that is under way; zero while there is none.
  std::function<std::chrono::milliseconds()> write_duration
    = [] { return std::chrono::milliseconds{}; };
  /// Rises when somebody loses access.
  access_epoch epoch = make_access_epoch();
  /// The URL at which people reach the service, for example `https://notify.example.com`; may be
  /// empty.
  std::string public_url;
  /// The origins whose pages may frame the portal, separated by spaces; empty: none.
  std::string portal_ancestors;
};

} // namespace tocsin::http
