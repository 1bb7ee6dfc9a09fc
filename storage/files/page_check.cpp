#include "storage/files/page_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::storage {

namespace {

using namespace page_format;

/// LMDB's own limit for the depth of a tree (CURSOR_STACK).
constexpr uint16_t max_depth = 32;

std::string_view bytes_of(const std::string& page, size_t offset, size_t size) {
  return std::string_view{page}.substr(offset, size);
}

class page_walk {
public:
  page_walk(const data_file& file, const meta_content& at, const fault_sink& on_fault)
    : file_(file), at_(at), on_fault_(on_fault) {}

  expected<page_report> run() {
    auto size = file_.size();
    if (!size)
      return size.error();
    // No more pages than the file can hold are there, whatever the meta page says: a tree that
    // names one beyond finds it cut off.
    seen_.assign(std::min(at_.last_page, *size / file_.page_bytes()) + 1, false);
    report_.used = meta_pages;
    if (auto walked = walk("of free pages", at_.free_pages, kind::free_pages); !walked)
      return walked.error();
    if (auto walked = walk("of databases", at_.main, kind::main); !walked)
      return walked.error();
    for (auto& [name, below] : std::exchange(databases_, {}))
      if (auto walked = walk(name, below, kind::database); !walked)
        return walked.error();
    return report_;
  }

private:
  enum class kind { free_pages, main, database };

  /// One tree on the way: what is said of it, and what was found.
  struct tree_walk {
    std::string_view name;
    kind what;
    tree found{};
  };

  expected<void> walk(std::string_view name, const tree& said, kind what) {
    tree_walk at{name, what};
    if (said.root == no_page) {
      require(said.entries == 0, at, "has entries and no root");
      return {};
    }
    if (!require(said.depth > 0 && said.depth <= max_depth, at, "has an impossible depth"))
      return {};
    auto faults_before = report_.faults;
    if (auto walked = walk_page(at, said.root, said.depth); !walked)
      return walked;
    if (report_.faults != faults_before)
      return {};
    auto same = said.entries == at.found.entries && said.branch_pages == at.found.branch_pages
                && said.leaf_pages == at.found.leaf_pages
                && said.overflow_pages == at.found.overflow_pages;
    require(same, at, "does not have as many entries or pages as it is said to");
    return {};
  }

  expected<void> walk_page(tree_walk& at, uint64_t number, unsigned depth) {
    auto page = take(at, number, 1);
    if (!page)
      return page.error();
    if (page->empty())
      return {};
    auto header = load<page_header>(page->data());
    auto is_leaf = depth == 1;
    auto wanted = is_leaf ? leaf : branch;
    if (!require(header.number == number && header.flags == wanted, at, "finds another page",
                 number))
      return {};
    auto is_sound = header.lower >= sizeof(page_header) && header.lower % 2 == 0
                    && header.lower <= header.upper && header.upper <= file_.page_bytes();
    if (!require(is_sound, at, "has a damaged page", number))
      return {};
    ++(is_leaf ? at.found.leaf_pages : at.found.branch_pages);
    auto nodes = (header.lower - sizeof(page_header)) / 2;
    std::string_view last_key;
    for (size_t i = 0; i < nodes; ++i) {
      auto place = load<uint16_t>(page->data() + sizeof(page_header) + 2 * i);
      if (!require(is_node(*page, place, header, is_leaf), at, "has a damaged entry on page",
                   number))
        return {};
      auto node = load<node_header>(page->data() + place);
      auto key = bytes_of(*page, place + sizeof(node_header), node.key_size);
      // The first key of a branch is never looked at.
      if (i > (is_leaf ? 0u : 1u)
          && !require(is_before(last_key, key, at.what), at, "has keys out of order on page",
                      number))
        return {};
      last_key = key;
      auto done
        = is_leaf ? take_entry(at, *page, place, node) : walk_page(at, node.child(), depth - 1);
      if (!done)
        return done;
    }
    return {};
  }

  static bool is_before(std::string_view x, std::string_view y, kind what) {
    if (what != kind::free_pages)
      return x < y;
    return x.size() == sizeof(uint64_t) && y.size() == sizeof(uint64_t)
           && load<uint64_t>(x.data()) < load<uint64_t>(y.data());
  }

  /// Whether a whole node lies at `place`.
  bool is_node(const std::string& page, size_t place, const page_header& header,
               bool is_leaf) const {
    if (place < header.upper || place + sizeof(node_header) > page.size())
      return false;
    auto node = load<node_header>(page.data() + place);
    auto size = sizeof(node_header) + node.key_size;
    if (is_leaf)
      size += (node.flags & big_value) != 0 ? sizeof(uint64_t) : node.value_size();
    return place + size <= page.size();
  }

  expected<void> take_entry(tree_walk& at, const std::string& page, size_t place,
                            const node_header& node) {
    ++at.found.entries;
    if (at.what != kind::free_pages)
      ++report_.entries;
    auto key = bytes_of(page, place + sizeof(node_header), node.key_size);
    auto value_at = place + sizeof(node_header) + node.key_size;
    if (node.flags == sub_tree) {
      if (require(at.what == kind::main && node.value_size() == sizeof(tree), at,
                  "holds a tree where none belongs"))
        databases_.emplace_back(fmt::format("of {}", key), load<tree>(page.data() + value_at));
      return {};
    }
    if (node.flags == 0)
      return take_value(at, bytes_of(page, value_at, node.value_size()));
    if (!require(node.flags == big_value, at, "holds an entry of an unknown kind"))
      return {};
    return take_big_value(at, load<uint64_t>(page.data() + value_at), node.value_size());
  }

  expected<void> take_big_value(tree_walk& at, uint64_t first, uint64_t size) {
    auto count = (sizeof(page_header) - 1 + size) / file_.page_bytes() + 1;
    auto pages = take(at, first, count);
    if (!pages)
      return pages.error();
    if (pages->empty())
      return {};
    auto header = load<page_header>(pages->data());
    auto is_sound
      = header.number == first && header.flags == overflow && header.overflow_pages() == count;
    if (!require(is_sound, at, "finds no value on page", first))
      return {};
    at.found.overflow_pages += count;
    return take_value(at, bytes_of(*pages, sizeof(page_header), size));
  }

  expected<void> take_value(tree_walk& at, std::string_view value) {
    if (at.what == kind::free_pages)
      take_free_pages(at, value);
    return {};
  }

  /// A value of the tree of free pages: how many, and their numbers.
  void take_free_pages(tree_walk& at, std::string_view value) {
    constexpr auto width = sizeof(uint64_t);
    auto count = value.size() < width ? 0 : load<uint64_t>(value.data());
    if (!require(value.size() >= width && count <= value.size() / width - 1, at,
                 "holds a damaged list"))
      return;
    for (uint64_t i = 1; i <= count; ++i)
      if (auto page = load<uint64_t>(value.data() + i * width);
          require(page >= meta_pages && page <= at_.last_page, at, "lists an impossible page", page)
          && require(mark(page), at, "lists a page that is in use", page))
        ++report_.free;
  }

  /// Reads pages that belong to a tree; nothing where they cannot belong to it.
  expected<std::string> take(tree_walk& at, uint64_t first, uint64_t count) {
    auto is_possible
      = first >= meta_pages && first <= at_.last_page && count <= at_.last_page - first + 1;
    if (!require(is_possible, at, "names an impossible page", first))
      return std::string{};
    for (auto page = first; page < first + count; ++page)
      if (!require(mark(page), at, "names a page that has another place", page))
        return std::string{};
    auto result = file_.read_pages(first, count);
    if (result) {
      report_.used += count;
      return result;
    }
    if (result.error().code != errc::storage_corrupt)
      return result.error();
    report(result.error().detail);
    return std::string{};
  }

  /// Notes that a page has its place; false if it had one. A page beyond the end of the file is
  /// free or will be found cut off.
  bool mark(uint64_t page) {
    if (page >= seen_.size())
      return true;
    if (seen_[page])
      return false;
    seen_[page] = true;
    return true;
  }

  bool require(bool ok, const tree_walk& at, std::string_view fault) {
    if (!ok)
      report(fmt::format("the tree {} {}", at.name, fault));
    return ok;
  }

  bool require(bool ok, const tree_walk& at, std::string_view fault, uint64_t page) {
    if (!ok)
      report(fmt::format("the tree {} {} {}", at.name, fault, page));
    return ok;
  }

  void report(const std::string& fault) {
    ++report_.faults;
    on_fault_(fault);
  }

  const data_file& file_;
  const meta_content& at_;
  const fault_sink& on_fault_;
  std::vector<bool> seen_;
  std::vector<std::pair<std::string, tree>> databases_;
  page_report report_;
};

} // namespace

expected<page_report> check_pages(const data_file& file, const page_format::meta_content& at,
                                  const fault_sink& on_fault) {
  return page_walk{file, at, on_fault}.run();
}

expected<page_report> require_sound(const data_file& file, const page_format::meta_content& at) {
  std::string first_fault;
  auto pages = check_pages(file, at, [&](const std::string& fault) {
    if (first_fault.empty())
      first_fault = fault;
  });
  if (pages && pages->faults != 0)
    return fail(errc::storage_corrupt,
                fmt::format("{} is damaged: {}", file.path().string(), first_fault));
  return pages;
}

expected<void> check_length(const data_file& file, const page_format::meta_content& at) {
  auto size = file.size();
  if (!size)
    return size.error();
  if (at.last_page < *size / file.page_bytes())
    return {};
  auto sound = require_sound(file, at);
  if (!sound)
    return sound.error();
  return {};
}

} // namespace tocsin::storage
