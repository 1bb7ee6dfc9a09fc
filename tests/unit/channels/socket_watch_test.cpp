#include "channels/transport/socket_watch.hpp"

#include <gtest/gtest.h>

#include <array>
#include <sys/socket.h>
#include <unistd.h>

namespace tocsin::channels {

namespace {

/// Two sockets that are connected with each other.
class socket_pair {
public:
  socket_pair() { socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()); }

  ~socket_pair() {
    close(ends_[0]);
    close(ends_[1]);
  }

  int watched() const { return ends_[0]; }
  void write() { EXPECT_EQ(send(ends_[1], "x", 1, 0), 1); }

private:
  std::array<int, 2> ends_{};
};

class socket_watch_test : public ::testing::TestWithParam<uint32_t> {
protected:
  /// Watches a socket for reading and closes it without a word to the watch.
  int watch_one_that_is_closed() {
    socket_pair resolver;
    watch.want(resolver.watched(), EPOLLIN);
    return resolver.watched();
  }

  socket_watch watch;
};

TEST_P(socket_watch_test, sees_a_socket_that_has_the_number_of_one_that_was_closed) {
  auto closed = watch_one_that_is_closed();
  watch.want(closed, 0);
  socket_pair connection;
  ASSERT_EQ(connection.watched(), closed);
  watch.want(closed, GetParam());
  connection.write();
  auto ready = watch.wait(1000);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].socket, closed);
}

TEST_P(socket_watch_test, sees_a_connection_that_has_the_number_of_one_that_was_kept) {
  int closed = -1;
  {
    socket_pair connection;
    closed = connection.watched();
    watch.keep(closed);
    watch.want(closed, EPOLLIN);
    watch.want(closed, 0);
  }
  socket_pair connection;
  ASSERT_EQ(connection.watched(), closed);
  watch.keep(closed);
  watch.want(closed, GetParam());
  connection.write();
  ASSERT_EQ(watch.wait(1000).size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(events, socket_watch_test,
                         ::testing::Values(uint32_t{EPOLLIN}, uint32_t{EPOLLOUT}));

TEST_F(socket_watch_test, sees_again_a_connection_that_was_not_wanted_for_a_while) {
  socket_pair connection;
  watch.keep(connection.watched());
  watch.want(connection.watched(), EPOLLIN);
  watch.want(connection.watched(), 0);
  watch.want(connection.watched(), EPOLLIN);
  connection.write();
  EXPECT_EQ(watch.wait(1000).size(), 1u);
}

TEST_F(socket_watch_test, tells_nothing_of_a_socket_that_is_not_wanted) {
  socket_pair connection;
  watch.keep(connection.watched());
  watch.want(connection.watched(), EPOLLIN);
  watch.want(connection.watched(), 0);
  connection.write();
  EXPECT_TRUE(watch.wait(0).empty());
  watch.want(connection.watched(), EPOLLIN);
  EXPECT_EQ(watch.wait(1000).size(), 1u);
}

} // namespace

} // namespace tocsin::channels
