#include "gate/connection_census.hpp"

#include "messages/address_group.hpp"

namespace tocsin::gate {

entry_slot connection_census::take(const boost::asio::ip::address& peer) {
  auto group = address_group(peer);
  auto found = counts_->by_address.find(group);
  auto here = found == counts_->by_address.end() ? 0 : found->second;
  if (counts_->all >= total_ || here >= per_address_)
    return nullptr;
  ++counts_->all;
  ++counts_->by_address[group];
  return {counts_.get(), [kept = counts_, group](void*) {
            --kept->all;
            auto place = kept->by_address.find(group);
            if (--place->second == 0)
              kept->by_address.erase(place);
          }};
}

} // namespace tocsin::gate
