#include "app/check_files.hpp"
#include "app/pki/authority.hpp"
#include "app/service.hpp"
#include "storage/engine/codec.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/upkeep/open_environment.hpp"
#include "tests/integration/channels/loopback_server.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/seeded_store.hpp"
#include "tests/support/standin/certificate.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace tocsin::app {

namespace {

using testing::HasSubstr;

class start_refusal : public testing::Test {
protected:
  start_refusal() {
    settings_.storage.data_dir = directory_.path() / "data";
    settings_.server.listen = {"127.0.0.1", 0};
  }

  auto start() {
    return service::start(settings_, [](const std::string& reason) { ADD_FAILURE() << reason; });
  }

  /// Owes 100 deliveries to a webhook.
  void seed(const std::string& url) const {
    seeded_store store{settings_.storage.data_dir};
    auto channel = store.add_webhook("hook", url);
    store.owe({&channel, 1}, 100, system_wall_clock()() - std::chrono::hours{1});
    store.close();
  }

  std::filesystem::path database() const { return settings_.storage.data_dir / "data.mdb"; }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    auto path = directory_.path() / name;
    std::ofstream{path} << text;
    return path;
  }

  temporary_directory directory_;
  config settings_;
};

TEST_F(start_refusal, tells_a_database_that_was_cut_off_from_a_new_one) {
  ASSERT_TRUE(start());
  std::filesystem::resize_file(database(), 0);
  auto refused = start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, exit_code::storage_unusable);
  EXPECT_THAT(refused.error().text, HasSubstr("data.mdb is empty"));
  EXPECT_EQ(std::filesystem::file_size(database()), 0u);
  // Whoever wants to start over with the existing key says so.
  std::filesystem::remove(database());
  EXPECT_TRUE(start());
}

TEST_F(start_refusal, is_foreseen_where_a_certificate_has_another_key) {
  auto [one, other] = std::pair{standin::make_certificate(), standin::make_certificate()};
  settings_.server.certificate_file = write("certificate.pem", one.certificate);
  settings_.server.key_file = write("key.pem", other.key);
  auto checked = check_files(settings_);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().detail, HasSubstr("key.pem"));
  EXPECT_EQ(start().error().code, exit_code::bad_configuration);
  write("key.pem", one.key);
  EXPECT_TRUE(check_files(settings_));
  EXPECT_TRUE(start());
}

TEST_F(start_refusal, says_why_a_key_file_cannot_be_looked_at) {
  seed("https://example.org/hook");
  settings_.storage.key_file = directory_.path() / std::string(300, 'x');
  auto refused = start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, exit_code::storage_unusable);
  EXPECT_THAT(refused.error().text, HasSubstr("File name too long"));
}

TEST_F(start_refusal, makes_no_new_key_for_channels_that_cannot_be_read) {
  seed("https://example.org/hook");
  auto key = settings_.storage.data_dir / "sealing.key";
  ASSERT_TRUE(std::filesystem::remove(key));
  {
    storage::environment::options options;
    options.directory = settings_.storage.data_dir;
    auto env = storage::open_environment(options).value();
    auto tx = env->read_published().value();
    auto ids = storage::channel_repository{tx}.ids().value();
    auto change = env->write().value();
    for (auto& id : ids)
      ASSERT_TRUE(change.put(storage::database::channels, storage::as_key(id), "\xff"));
    ASSERT_TRUE(change.commit());
  }
  auto refused = start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, exit_code::storage_unusable);
  EXPECT_THAT(refused.error().text, HasSubstr("is missing"));
  EXPECT_FALSE(std::filesystem::exists(key));
}

TEST_F(start_refusal, is_foreseen_where_no_authority_can_be_read) {
  for (auto text : {"", "0\x82\x01\x0a in DER"}) {
    settings_.transport.ca_file = write("authorities", text);
    auto checked = check_files(settings_);
    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().detail,
                testing::AllOf(HasSubstr("transport.ca_file"), HasSubstr("authorities")));
    auto refused = start();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, exit_code::bad_configuration);
  }
  settings_.transport.ca_file = write("authorities", standin::make_certificate().certificate);
  EXPECT_TRUE(check_files(settings_));
  EXPECT_TRUE(start());
}

TEST_F(start_refusal, comes_before_anything_is_delivered) {
  channels::loopback_server receiver{channels::http_reply("200 OK", "")};
  seed(receiver.url("/"));
  // The door that opens last has a port that is taken.
  auto authority = pki::authority::init(directory_.path() / "pki");
  ASSERT_TRUE(authority);
  auto node = authority->issue({pki::holder::node, "a", {"127.0.0.1"}});
  ASSERT_TRUE(node);
  settings_.gate.enabled = true;
  settings_.gate.listen = {"127.0.0.1", receiver.port()};
  settings_.gate.authority_file = authority->certificate_path();
  settings_.gate.certificate_file = node->certificate;
  settings_.gate.key_file = node->key;
  settings_.gate.nodes = node->name;
  // Often enough for a delivery that is begun meanwhile to get as far as the receiver.
  for (int i = 0; i < 20; ++i) {
    auto refused = start();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, exit_code::port_taken);
  }
  EXPECT_EQ(receiver.requests(), 0u);
  settings_.gate.listen.port = 0;
  auto started = start();
  EXPECT_TRUE(eventually([&] { return receiver.requests() == 100; }));
}

TEST_F(start_refusal, is_foreseen_where_the_gate_has_no_authority) {
  settings_.gate.authority_file = write("ca.pem", "nothing\n");
  EXPECT_TRUE(check_files(settings_)) << "a gate that stays closed";
  settings_.gate.enabled = true;
  auto checked = check_files(settings_);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().detail, HasSubstr("ca.pem"));
}

} // namespace

} // namespace tocsin::app
