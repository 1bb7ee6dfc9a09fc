#pragma once

#include "http/json_writer.hpp"
#include "messages/audit.hpp"

namespace tocsin::http {

/// An entry of the audit log as the API shows it.
void write_audit_entry(json_writer& out, const audit_entry& x);

} // namespace tocsin::http
