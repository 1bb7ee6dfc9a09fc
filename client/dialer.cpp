#include "client/dialer.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <iterator>
#include <utility>

namespace tocsin::client {

namespace asio = boost::asio;

using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

/// Makes the handshake insist on the node's name, which may be a numeric address.
void expect_name(SSL* ssl, const std::string& name) {
  auto* rules = SSL_get0_param(ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(rules, name.c_str()) == 1)
    return;
  X509_VERIFY_PARAM_set1_host(rules, name.c_str(), name.size());
  SSL_set_tlsext_host_name(ssl, name.c_str());
}

} // namespace

/// One address of a node being dialled: looked up if need be, connected to, and the node's
/// certificate looked at.
class dialer::attempt : public std::enable_shared_from_this<attempt> {
public:
  attempt(dialer& owner, size_t node)
    : owner_(&owner),
      node_(node),
      timer_(owner.context_),
      stream_(owner.context_, *owner.credentials_) {}

  void start(const node_address& to, const std::optional<endpoint>& address,
             std::chrono::milliseconds limit) {
    label_ = fmt::format("{}:{}", to.host, to.port);
    expect_name(stream_.native_handle(), to.name.empty() ? to.host : to.name);
    timer_.expires_after(limit);
    timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec)
        self->fail_with("no answer in time");
    });
    if (address)
      return connect(*address);
    owner_->names_.find(to.host, to.port,
                        [weak = weak_from_this()](const error_code& ec, const auto& found) {
                          auto self = weak.lock();
                          if (!self || self->owner_ == nullptr)
                            return;
                          if (ec)
                            return self->fail_with(ec.message());
                          self->owner_->add(self->node_, found);
                          self->connect(found.begin()->endpoint());
                        });
  }

  void give_up() {
    owner_ = nullptr;
    timer_.cancel();
    error_code ignored;
    stream_.lowest_layer().close(ignored);
  }

  size_t node() const { return node_; }

  /// What was dialled, as its failure is told.
  const std::string& label() const { return label_; }

  /// Ends the attempt, whose timer may have fired already and only wait for its turn.
  link::tls_stream take_stream() {
    owner_ = nullptr;
    return std::move(stream_);
  }

private:
  void connect(const endpoint& to) {
    auto numeric = fmt::format("{}:{}", to.address().to_string(), to.port());
    if (numeric != label_)
      label_ += fmt::format(" ({})", to.address().to_string());
    stream_.next_layer().async_connect(to, [self = shared_from_this()](error_code ec) {
      if (ec)
        return self->fail_with(ec.message());
      self->shake_hands();
    });
  }

  void shake_hands() {
    if (owner_ == nullptr)
      return;
    error_code ignored;
    stream_.next_layer().set_option(tcp::no_delay{true}, ignored);
    stream_.async_handshake(link::tls_stream::client, [self = shared_from_this()](error_code ec) {
      if (ec)
        return self->fail_with(self->describe(ec));
      self->timer_.cancel();
      if (self->owner_ != nullptr)
        self->owner_->take(*self);
    });
  }

  std::string describe(const error_code& ec) {
    auto verdict = SSL_get_verify_result(stream_.native_handle());
    if (verdict != X509_V_OK)
      return fmt::format("its certificate is not good: {}", X509_verify_cert_error_string(verdict));
    return ec.message();
  }

  void fail_with(const std::string& why) {
    if (auto* told = owner_) {
      give_up();
      told->drop(*this, why);
    }
  }

  /// Null once the attempt is over.
  dialer* owner_;
  size_t node_;
  std::string label_;
  asio::steady_timer timer_;
  link::tls_stream stream_;
};

dialer::dialer(asio::io_context& context, const config& settings, listener told)
  : context_(context),
    settings_(settings),
    told_(std::move(told)),
    names_(context),
    stagger_(context) {}

dialer::~dialer() {
  give_up_all();
}

void dialer::dial() {
  waiting_.clear();
  reasons_.clear();
  auto read = link::load_credentials(settings_.files, link::link_end::panel);
  if (!read)
    return asio::post(context_, [this, why = read.error().detail] { told_.on_failed(why); });
  credentials_ = *read;
  auto count = settings_.nodes.size();
  for (size_t i = 0; i < count; ++i)
    waiting_.push_back({(first_ + i) % count, {}});
  dial_next();
}

void dialer::dial_next() {
  if (waiting_.empty())
    return;
  auto to = waiting_.front();
  waiting_.pop_front();
  dial_after_stagger();
  attempts_.push_back(std::make_shared<attempt>(*this, to.node));
  attempts_.back()->start(settings_.nodes[to.node], to.address, settings_.connect_timeout);
}

/// The next one is dialled by itself if this one does not answer for a while, and at once if it
/// fails.
void dialer::dial_after_stagger() {
  stagger_.expires_after(settings_.stagger);
  stagger_.async_wait([this](error_code ec) {
    if (!ec)
      dial_next();
  });
}

/// A name has been looked up, and its first address is being dialled: takes in the others.
void dialer::add(size_t node, const name_lookup::results& found) {
  auto was_last = waiting_.empty();
  for (auto i = std::next(found.begin()); i != found.end(); ++i)
    waiting_.push_back({node, i->endpoint()});
  if (was_last && !waiting_.empty())
    dial_after_stagger();
}

void dialer::take(attempt& winner) {
  auto node = winner.node();
  auto stream = winner.take_stream();
  auto kept = winner.shared_from_this();
  std::erase(attempts_, kept);
  give_up_all();
  // The stagger may have run out already and only wait for its turn, too.
  waiting_.clear();
  first_ = (node + 1) % settings_.nodes.size();
  told_.on_connected(std::move(stream), settings_.nodes[node]);
}

void dialer::drop(attempt& loser, const std::string& why) {
  reasons_ += fmt::format("{}{}: {}", reasons_.empty() ? "" : "; ", loser.label(), why);
  std::erase(attempts_, loser.shared_from_this());
  if (!waiting_.empty())
    return dial_next();
  if (!attempts_.empty())
    return;
  stagger_.cancel();
  first_ = (first_ + 1) % settings_.nodes.size();
  told_.on_failed(reasons_);
}

void dialer::give_up_all() {
  stagger_.cancel();
  for (auto& x : std::exchange(attempts_, {}))
    x->give_up();
}

} // namespace tocsin::client
