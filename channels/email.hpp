#pragma once

#include "channels/adapter.hpp"
#include "channels/settings_reader.hpp"

#include <memory>

namespace tocsin::channels {

/// Email over SMTP submission: one message per recipient, plain text and HTML.
std::unique_ptr<adapter> make_email(settings_reader& settings, const address_rules& rules);

} // namespace tocsin::channels
