#pragma once

namespace tocsin {

/// A name that, within this program, stands for the addresses `black_hole` and `node_address` of
/// `network_pair`, in this order.
inline constexpr const char* name_of_two = "two.test";

} // namespace tocsin
