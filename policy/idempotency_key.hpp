#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::policy {

/// The key under which the event at `place` of a request of `count` events is accepted only once,
/// made of the `Idempotency-Key` of the request; empty where that is. No sender's id has a space,
/// so the two cannot be taken for each other. The last event of an array has a key of another kind
/// than those before it, by which requests of different lengths are told apart.
std::string idempotency_key(std::string_view request_key, size_t place, size_t count);

/// The keys under which nothing may have been accepted if `key` is to be taken: those that the same
/// request key gives in a request of another length. None for a key that is not of this making.
std::vector<std::string> rival_keys(std::string_view key);

} // namespace tocsin::policy
