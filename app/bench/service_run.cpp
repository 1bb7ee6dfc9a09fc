#include "app/bench/service_run.hpp"

#include "app/bench/bench_channel.hpp"
#include "app/bench/http_sender.hpp"
#include "app/bench/panel_sender.hpp"
#include "app/bench/process_meter.hpp"
#include "app/bench/server_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <random>
#include <utility>

namespace tocsin::bench {

namespace {

using cli::exit_code;

expected<sender_factory> find_senders(const loaded_service& service, const load_options& load,
                                      const run_mark& mark) {
  if (service.gate) {
    client::config panel;
    panel.nodes = {service.gate->node};
    panel.files = service.gate->files;
    if (auto read = link::load_credentials(panel.files, link::link_end::panel); !read)
      return read.error();
    return panel_senders({std::move(panel), load.connections, load.window, load.offer.batch}, mark,
                         load.payload);
  }
  auto address = find_server(service.server.url);
  if (!address)
    return address.error();
  return http_senders({address->endpoint, address->authority, address->base_path,
                       service.server.token, load.connections},
                      mark, load.payload);
}

/// Nobody listens there: the port is that of tcpmux, which needs a privilege and no program.
constexpr const char* dead_url = "http://127.0.0.1:1/";

/// The channels of the run, dead ones first; gives their ids.
cli::outcome<std::vector<std::string>> add_channels(cli::session& on, const loaded_service& service,
                                                    const load_options& load, const load_run& run) {
  auto dead = channel_target::webhook(dead_url);
  auto target = load.arrives_by == sink_kind::mails ? channel_target::email(run.sink_port())
                                                    : channel_target::webhook(run.sink_url());
  std::vector<std::string> result;
  for (unsigned i = 0; i < load.dead_channels + load.channels; ++i) {
    auto added
      = add_channel(on, service.mark, service.owner, i < load.dead_channels ? dead : target, i);
    if (!added)
      return added.error();
    result.push_back(std::move(*added));
  }
  return result;
}

} // namespace

loaded_service loaded_service::of(const spawned_server& server) {
  loaded_service result;
  result.server.url = server.url();
  result.server.token = server.token();
  result.use = [&server] { return server.use(); };
  result.ready_within = server.ready_within();
  result.data = server.data();
  return result;
}

cli::outcome<service_run> run_on_service(const loaded_service& service, load_options options,
                                         cli::surroundings& around) {
  const auto& mark = service.mark;
  auto senders = find_senders(service, options, mark);
  if (!senders)
    return cli::report_failure(senders.error(), around);
  options.senders = std::move(*senders);
  const auto& server = service.server;
  cli::session on{cli::http_client{server.url, server.token, server.ca_file},
                  cli::output_format::table, around, false};
  load_run load{mark, options};
  auto channels = add_channels(on, service, options, load);
  if (!channels)
    return channels.error();
  auto disk_before = service.data.empty() ? std::nullopt : disk_bytes(service.data);
  auto before = service.use ? service.use() : process_use{};
  run_report report{std::move(options), load.run(), {}};
  auto after = service.use ? service.use() : process_use{};
  if (before.cpu && after.cpu)
    report.server.cpu = *after.cpu - *before.cpu;
  report.server.peak_rss_bytes = after.peak_rss_bytes;
  report.server.ready_within = service.ready_within;
  if (auto disk_after = disk_before ? disk_bytes(service.data) : std::nullopt)
    report.server.disk_bytes = *disk_after - std::min(*disk_after, *disk_before);
  auto removed = exit_code::ok;
  if (report.options.leaves_channels)
    channels->clear();
  for (const auto& id : *channels)
    if (auto code = remove_channel(on, id); code != exit_code::ok)
      removed = code;
  auto code = verdict(report.result);
  return service_run{std::move(report), code == cli::exit_code::ok ? removed : code};
}

void warn_of_memory(cli::surroundings& around) {
  around.err << "tocsin-bench: the data is on tmpfs, where an fsync costs nothing; --scratch "
                "chooses another place\n";
}

} // namespace tocsin::bench
