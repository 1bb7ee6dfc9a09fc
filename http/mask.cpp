#include "http/mask.hpp"

namespace tocsin::http {

namespace {

void mask(std::string& text) {
  if (!text.empty())
    text = masked;
}

void mask(event& x) {
  mask(x.message);
  x.details.clear();
}

void mask(delivery& x) {
  mask(x.destination);
  mask(x.last_text);
}

} // namespace

void mask(accepted_event& x) {
  mask(x.value);
}

void mask(event_view& x) {
  mask(x.value);
  for (auto& each : x.deliveries)
    mask(each);
}

void mask(delivery_view& x) {
  mask(x.value);
  mask(x.carried);
  for (auto& each : x.attempts)
    mask(each.result.text);
}

void mask(dead_letter_view& x) {
  mask(x.value);
}

void mask(dead_letter_summary& x) {
  mask(x.sample_text);
}

void mask(event_explanation& x) {
  for (auto& who : x.recipients)
    for (auto& ch : who.channels)
      for (auto& destination : ch.destinations)
        mask(destination);
}

void mask(channel_preview& x) {
  mask(x.request.url);
  for (auto& [name, value] : x.request.headers)
    mask(value);
  mask(x.request.body);
  mask(x.request.html);
}

} // namespace tocsin::http
