#pragma once

#include "actors/shared/channel_access.hpp"
#include "app/config/config.hpp"
#include "channels/transport/transport_options.hpp"
#include "gate/server.hpp"
#include "http/server.hpp"

namespace tocsin::app {

// What the settings say to each part of the service.

http::server_options http_options(const config& x);

/// Leaves `on_certificates` to the caller.
gate::server_options gate_options(const config& x);

/// Where the settings leave it open, as many requests go at once as the process may open files for.
channels::transport_options transport_options(const config& x);

outbound_options outbound_rules(const config& x);

} // namespace tocsin::app
