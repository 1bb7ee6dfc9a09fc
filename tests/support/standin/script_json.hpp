#pragma once

#include "tests/support/standin/script.hpp"

#include <boost/json/object.hpp>

#include <variant>

namespace tocsin::standin {

/// A scripted reply and the endpoint it is meant for.
struct script_order {
  std::string endpoint;
  scripted_reply what;
};

/// Reads the body of `POST /script` (see `control_face`), or says what is wrong with it.
std::variant<script_order, std::string> parse_script_order(const boost::json::object& body);

} // namespace tocsin::standin
