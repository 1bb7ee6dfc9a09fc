#pragma once

#include "tests/support/standin/json_shape.hpp"

#include <boost/json/array.hpp>

#include <set>
#include <string>

namespace tocsin::standin {

/// Checks the Block Kit blocks of one Slack message, wherever in it they stand.
///
/// Knows the block types a notifier sends: section, header, context, actions, divider, image and
/// markdown. Lengths are counted in UTF-16 units. One object checks one message, because block ids
/// and the total of characters belong to the whole message.
class slack_block_check {
public:
  /// Faults the first offence against Block Kit's published limits
  /// (https://docs.slack.dev/reference/block-kit/blocks) in `blocks`.
  fault check(const boost::json::value& blocks, const std::string& where);

  /// Characters of all texts seen so far, in UTF-16 units.
  std::size_t characters() const { return characters_; }

private:
  fault check_block(const boost::json::object& block, const std::string& where);
  fault check_section(const boost::json::object& block, const std::string& where);
  fault check_header(const boost::json::object& block, const std::string& where);
  fault check_context(const boost::json::object& block, const std::string& where);
  fault check_actions(const boost::json::object& block, const std::string& where);
  fault check_image(const boost::json::object& image, const std::string& where, bool is_block);
  fault check_markdown(const boost::json::object& block, const std::string& where);
  fault check_button(const boost::json::value& element, const std::string& where);
  fault check_text_object(const boost::json::value* value, const std::string& where,
                          std::size_t most, bool plain_only);
  fault check_block_id(const boost::json::object& block, const std::string& where);

  std::set<std::string, std::less<>> block_ids_;
  std::set<std::string, std::less<>> action_ids_;
  std::size_t characters_ = 0;
};

} // namespace tocsin::standin
