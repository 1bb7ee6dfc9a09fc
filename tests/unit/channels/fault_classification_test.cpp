#include "tests/unit/channels/sample_replies.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace tocsin::channels {

namespace {

using enum outcome_class;

/// One row of the table of SMTP replies.
struct mail_row {
  smtp_step step;
  int code;
  outcome_class kind;
  const char* text = "words";
};

class mail_table : public ::testing::TestWithParam<mail_row> {};

TEST_P(mail_table, row) {
  auto& x = GetParam();
  wire_reply reply;
  reply.stage = attempt_stage::send;
  reply.code = x.code;
  reply.step = x.step;
  reply.body = x.text;
  auto result = channel_with_secrets(channel_type::email)->classify(reply);
  EXPECT_EQ(to_string(result.kind), to_string(x.kind)) << x.code;
  EXPECT_TRUE(result.code.starts_with(std::to_string(x.code)));
}

std::vector<mail_row> mail_rows() {
  using enum smtp_step;
  std::vector<mail_row> rows;
  constexpr std::array all_steps{greeting, ehlo, starttls,        auth,
                                 mail,     rcpt, smtp_step::data, content};
  // The server goes away, or has a passing fault, wherever it says so.
  for (auto step : all_steps)
    for (auto code : {421, 432, 450, 451, 452, 454, 455, 471})
      rows.push_back({step, code, retry});
  for (auto step : {mail, rcpt, smtp_step::data, content}) {
    for (auto code : {500, 501, 502, 503, 504, 550, 551, 553, 554, 571})
      rows.push_back({step, code, rejected});
    for (auto code : {530, 534, 535, 538})
      rows.push_back({step, code, dead_endpoint});
    rows.push_back({step, 552, step == rcpt ? retry : rejected, "5.3.4 too big"});
    rows.push_back({step, 552, retry, "5.2.2 mailbox full"});
  }
  for (auto step : {ehlo, starttls, auth})
    for (auto code : {500, 501, 502, 503, 504, 530, 534, 535, 538, 550, 554})
      rows.push_back({step, code, dead_endpoint});
  for (auto code : {500, 521, 554})
    rows.push_back({greeting, code, retry});
  rows.push_back({done, 250, delivered, "2.0.0 queued"});
  return rows;
}

INSTANTIATE_TEST_SUITE_P(channels, mail_table, ::testing::ValuesIn(mail_rows()));

struct fault_row {
  wire_fault fault;
  bool sent;
  outcome_class kind;
};

class fault_table : public ::testing::TestWithParam<fault_row> {};

TEST_P(fault_table, row_for_every_channel) {
  for (auto type : {channel_type::email, channel_type::slack, channel_type::discord,
                    channel_type::telegram, channel_type::webhook}) {
    wire_reply reply;
    reply.fault = GetParam().fault;
    reply.sent = GetParam().sent;
    reply.stage = attempt_stage::send;
    reply.error = "words of the transport";
    auto result = channel_with_secrets(type)->classify(reply);
    EXPECT_EQ(to_string(result.kind), to_string(GetParam().kind)) << to_string(type);
    EXPECT_EQ(result.code, to_string(reply.fault));
    EXPECT_EQ(result.text, "words of the transport");
    EXPECT_EQ(result.stage, attempt_stage::send);
  }
}

INSTANTIATE_TEST_SUITE_P(
  channels, fault_table,
  ::testing::Values(
    fault_row{wire_fault::unresolved, false, retry},
    fault_row{wire_fault::unreachable, false, retry},
    fault_row{wire_fault::tls_failed, false, retry}, fault_row{wire_fault::timed_out, false, retry},
    fault_row{wire_fault::timed_out, true, ambiguous},
    fault_row{wire_fault::connection_lost, false, retry},
    fault_row{wire_fault::connection_lost, true, ambiguous},
    fault_row{wire_fault::address_refused, false, dead_endpoint},
    fault_row{wire_fault::encryption_missing, false, dead_endpoint},
    fault_row{wire_fault::auth_missing, false, dead_endpoint},
    fault_row{wire_fault::auth_refused, false, dead_endpoint},
    fault_row{wire_fault::stopped, false, retry}, fault_row{wire_fault::stopped, true, ambiguous},
    fault_row{wire_fault::no_thread, false, retry}, fault_row{wire_fault::other, false, retry}));

} // namespace

} // namespace tocsin::channels
