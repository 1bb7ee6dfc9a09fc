#include "channels/transport/smtp_pool.hpp"
#include "tests/integration/channels/mailer.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <sys/resource.h>
#include <unistd.h>

namespace tocsin::channels {

namespace {

/// Has the system refuse every further thread of this process. Whoever is root is not bound by the
/// limit, and so becomes somebody else, for good.
void forbid_threads() {
  rlimit none{0, 0};
  if (::setrlimit(RLIMIT_NPROC, &none) != 0 || (::geteuid() == 0 && ::setuid(65534) != 0))
    std::_Exit(2);
}

/// Ends the process of a test: well, if `holds`.
[[noreturn]] void conclude(bool holds) {
  std::_Exit(holds ? 0 : 1);
}

TEST(mail_threads, that_cannot_be_had_at_all_let_mails_be_tried_again) {
  mail_server server{{}};
  auto request = request_for(server);
  EXPECT_EXIT(
    {
      smtp_pool pool{{}};
      auto log = std::make_shared<completion_log>();
      forbid_threads();
      pool.submit({{log, 1, request}, {log, 2, request}});
      conclude(log->wait_for(2) && log->reply(1).fault == wire_fault::no_thread
               && log->reply(2).fault == wire_fault::no_thread);
    },
    testing::ExitedWithCode(0), "");
}

TEST(mail_threads, that_are_there_send_what_others_cannot) {
  mail_server server{{}};
  auto request = request_for(server);
  EXPECT_EXIT(
    {
      smtp_pool pool{{}};
      auto log = std::make_shared<completion_log>();
      pool.submit({{log, 1, request}});
      if (!log->wait_for(1))
        conclude(false);
      forbid_threads();
      pool.submit({{log, 2, request}, {log, 3, request}, {log, 4, request}});
      auto all = log->wait_for(4);
      for (uint64_t i = 1; all && i <= 4; ++i)
        all = log->reply(i).step == smtp_step::done;
      conclude(all);
    },
    testing::ExitedWithCode(0), "");
}

} // namespace

} // namespace tocsin::channels
