#include "tests/support/seeded_store.hpp"

#include "app/bootstrap.hpp"
#include "messages/event_catalogue.hpp"
#include "storage/upkeep/open_environment.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace tocsin {

namespace {

constexpr size_t commands_at_once = 5000;

template <class T>
T must(expected<T> x) {
  if (!x)
    throw std::runtime_error("cannot fill the storage: " + x.error().detail);
  if constexpr (!std::is_void_v<T>)
    return std::move(*x);
}

const recipient_id admin{recipient_kind::admin, "admin"};

} // namespace

seeded_store::seeded_store(const std::filesystem::path& data_dir) {
  storage::environment::options options;
  options.directory = data_dir;
  env_ = must(storage::open_environment(options));
  secrets_ = std::make_shared<const storage::secret_box>(
    must(storage::secret_box::open_key_file(data_dir / "sealing.key")));
  must(app::bootstrap(*env_, data_dir, system_wall_clock()()));
}

channel_id seeded_store::add_webhook(const std::string& name, const std::string& url,
                                     const std::string& service, std::string_view event_type) {
  channel x;
  x.id = channel_id{ids_.next(1)};
  x.owner = admin;
  x.name = name;
  x.type = channel_type::webhook;
  if (!service.empty())
    x.filters.services.include = {service};
  if (!event_type.empty())
    for (auto& type : event_catalogue())
      x.triggers[std::string{type.name}].on = type.name == event_type;
  auto settings = boost::json::serialize(boost::json::object{{"url", url}});
  put(put_channel{x, must(secrets_->seal(settings, to_string(x.id))), 0});
  return x.id;
}

void seeded_store::owe(std::span<const channel_id> channels, uint64_t count,
                       timestamp accepted_at) {
  std::vector<planned_delivery> deliveries;
  for (auto& channel : channels)
    deliveries.push_back({channel, admin, "", suppression::none});
  for (uint64_t i = 0; i < count; ++i) {
    event_id id{ids_.next(accepted_at, static_cast<uint32_t>(deliveries.size()))};
    event value{"",
                "deploy.failure",
                "my-app",
                "",
                to_rfc3339(accepted_at),
                "Deployment " + std::to_string(i) + " failed",
                R"({"image":"my-app:latest"})"};
    put(accept_event{id, accepted_at, "", std::move(value), deliveries, {}});
  }
}

void seeded_store::close() {
  commit();
  env_.reset();
}

void seeded_store::put(command x) {
  waiting_.push_back(std::move(x));
  if (waiting_.size() >= commands_at_once)
    commit();
}

void seeded_store::commit() {
  std::vector<storage::commit_entry> entries(1);
  entries[0].commands = std::exchange(waiting_, {});
  must(storage::commit_together(*env_, entries));
  if (entries[0].refusal)
    throw std::runtime_error("cannot fill the storage: " + entries[0].refusal->detail);
}

} // namespace tocsin
