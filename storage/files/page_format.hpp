#pragma once

#include <array>
#include <cstdint>
#include <cstring>

// The file format 0.9 of LMDB (`mdb.c` of 0.9.24, "MDB_meta", "MDB_page", "MDB_node"), as far as a
// file must be understood before LMDB itself may be let near it: it maps files and trusts every
// number in them. Numbers are in the byte order of the machine. Internal to `storage`.

namespace tocsin::storage::page_format {

inline constexpr uint32_t magic = 0xBEEFC0DE;
inline constexpr uint32_t version = 1;

/// The two first pages hold one meta page each; commits write them in turns.
inline constexpr uint64_t meta_pages = 2;

inline constexpr uint64_t no_page = ~uint64_t{0};

inline constexpr uint16_t branch = 0x01;
inline constexpr uint16_t leaf = 0x02;
inline constexpr uint16_t overflow = 0x04;
inline constexpr uint16_t meta = 0x08;

struct page_header {
  uint64_t number;
  uint16_t pad;
  uint16_t flags;
  /// Where the free space of the page begins and ends; in an overflow page the two together hold
  /// the number of pages.
  uint16_t lower;
  uint16_t upper;

  uint32_t overflow_pages() const { return lower | uint32_t{upper} << 16; }
};
static_assert(sizeof(page_header) == 16);

/// One B-tree: what is said of it in a meta page, or in the main tree under its name.
struct tree {
  /// In the tree of free pages: the size of a page.
  uint32_t pad;
  uint16_t flags;
  uint16_t depth;
  uint64_t branch_pages;
  uint64_t leaf_pages;
  uint64_t overflow_pages;
  uint64_t entries;
  uint64_t root;
};
static_assert(sizeof(tree) == 48);

/// What follows the header of a meta page.
struct meta_content {
  uint32_t magic;
  uint32_t version;
  uint64_t address;
  uint64_t map_bytes;
  tree free_pages;
  tree main;
  uint64_t last_page;
  uint64_t transaction;
};
static_assert(sizeof(meta_content) == 136);

/// What a node begins with; its key follows, then its value.
struct node_header {
  /// Of a leaf: the length of the value. Of a branch, with `flags` on top: the page below.
  uint16_t low;
  uint16_t high;
  uint16_t flags;
  uint16_t key_size;

  uint32_t value_size() const { return low | uint32_t{high} << 16; }
  uint64_t child() const { return value_size() | uint64_t{flags} << 32; }
};
static_assert(sizeof(node_header) == 8);

/// The value lies on overflow pages, the first of which stands here.
inline constexpr uint16_t big_value = 0x01;
/// The value is a tree.
inline constexpr uint16_t sub_tree = 0x02;

/// Reads a `T` out of bytes that need not be aligned.
template <class T>
T load(const char* from) {
  T result;
  std::memcpy(&result, from, sizeof(T));
  return result;
}

} // namespace tocsin::storage::page_format
