#pragma once

#include "tests/support/standin/json_shape.hpp"

/// How Slack reads mrkdwn: `&`, `<` and `>` are control characters, everything else is text.
namespace tocsin::standin {

/// Faults a mrkdwn text in which a control character was left unescaped. A raw `<` may only open
/// a link of the sender's own, `<http…>`, `<https…>` or `<mailto:…>` with an optional `|label`;
/// mentions (`<!channel>`, `<@U…>`, `<#C…>`) are what escaping has to prevent, so they are faults.
/// A raw `&` may only begin `&amp;`, `&lt;` or `&gt;`.
fault check_mrkdwn(std::string_view text, std::string_view where);

} // namespace tocsin::standin
