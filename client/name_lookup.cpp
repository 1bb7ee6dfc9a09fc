#include "client/name_lookup.hpp"

#include <boost/asio/post.hpp>

#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace tocsin::client {

namespace asio = boost::asio;

using boost::system::error_code;
using tcp = asio::ip::tcp;

/// What the client's thread and those that look have in common; it lives as long as any of them.
struct name_lookup::desk : std::enable_shared_from_this<desk> {
  using node = std::pair<std::string, uint16_t>;

  explicit desk(asio::io_context& x) : context(&x) {}

  void bring(const node& which, const error_code& ec, const results& found);
  void deliver(const node& which, const error_code& ec, const results& found);

  std::mutex mutex;
  /// Null once nobody wants anything any more; under `mutex`.
  asio::io_context* context;
  /// Who asked last, by node. Each entry has a thread that looks. On the client's thread.
  std::map<node, handler> asked;
};

void name_lookup::desk::bring(const node& which, const error_code& ec, const results& found) {
  std::lock_guard lock{mutex};
  if (context != nullptr)
    asio::post(*context,
               [self = shared_from_this(), which, ec, found] { self->deliver(which, ec, found); });
}

void name_lookup::desk::deliver(const node& which, const error_code& ec, const results& found) {
  auto asker = asked.extract(which);
  if (!asker.empty())
    asker.mapped()(ec, found);
}

name_lookup::name_lookup(asio::io_context& context) : desk_(std::make_shared<desk>(context)) {}

name_lookup::~name_lookup() {
  std::lock_guard lock{desk_->mutex};
  desk_->context = nullptr;
  desk_->asked.clear();
}

void name_lookup::find(const std::string& host, uint16_t port, handler told) {
  desk::node which{host, port};
  auto [place, is_new] = desk_->asked.insert_or_assign(which, std::move(told));
  if (!is_new)
    return;
  auto look = [which, to = desk_] {
    asio::io_context own{1};
    tcp::resolver resolver{own};
    error_code ec;
    auto found = resolver.resolve(which.first, std::to_string(which.second), ec);
    to->bring(which, ec, found);
  };
  try {
    std::thread{std::move(look)}.detach();
  } catch (const std::system_error& fault) {
    desk_->bring(which, {fault.code().value(), boost::system::generic_category()}, {});
  }
}

} // namespace tocsin::client
