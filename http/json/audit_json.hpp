#pragma once

#include "http/json/json_writer.hpp"
#include "messages/audit.hpp"

namespace tocsin::http {

/// Who did something, as the member `author`.
void write_author(json_writer& out, const author& x);

/// An entry of the audit log as the API shows it.
void write_audit_entry(json_writer& out, const audit_entry& x);

} // namespace tocsin::http
