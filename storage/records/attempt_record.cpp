#include "storage/records/attempt_record.hpp"

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_attempt_version = 1;

} // namespace

byte_view encode_attempt(std::string& out, const attempt& x) {
  record_writer to{out, newest_attempt_version};
  to.instant(x.started_at)
    .u64(static_cast<uint64_t>(x.duration.count()))
    .enumerator(x.result.kind)
    .enumerator(x.result.stage)
    .flag(x.result.wait.has_value())
    .u64(static_cast<uint64_t>(x.result.wait.value_or(std::chrono::seconds{0}).count()))
    .text(x.result.code)
    .text(x.result.text);
  return to.bytes();
}

expected<attempt> decode_attempt(byte_view key, byte_view value) {
  record_reader in{database::attempts, key, value, newest_attempt_version};
  record_reader key_in{database::attempts, key, key};
  attempt result;
  result.delivery = key_in.id<delivery_id>();
  result.number = key_in.u16();
  result.started_at = in.instant();
  result.duration = std::chrono::milliseconds{static_cast<int64_t>(in.u64())};
  result.result.kind = in.enumerator(outcome_class::delivered, outcome_class::ambiguous);
  result.result.stage = in.enumerator(attempt_stage::render, attempt_stage::accepted);
  auto has_wait = in.flag();
  auto wait = std::chrono::seconds{static_cast<int64_t>(in.u64())};
  if (has_wait)
    result.result.wait = wait;
  result.result.code = in.text();
  result.result.text = in.text();
  if (auto end = key_in.end(); !end)
    return end.error();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

} // namespace tocsin::storage
