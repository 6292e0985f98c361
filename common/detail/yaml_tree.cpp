// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/detail/yaml_tree.hpp"

#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace memcosim::detail {
namespace {

constexpr std::size_t most_depth = 64;
constexpr std::size_t longest_key = 200;  // YAML ends a simple key after 1024 characters, escapes included

struct ParseStop {
  YamlFault fault;
};

/// Builds the tree from the events of the parser.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(YamlDocument& document, std::string override_path) : document_(document), override_path_(std::move(override_path)) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (started_) stop(mark, "text after the end of the document: one file holds one document");
    started_ = true;
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& /*mark*/, const std::string& /*name*/) override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { finish(make(mark, YamlNode::Kind::null), anchor); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    auto node = make(mark, YamlNode::Kind::scalar);
    check_tag(mark, tag);
    node->quoted = tag == "!";
    node->scalar = value;
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) stop(mark, "an alias stands inside of its own anchor");
    attach(found->second, place_of(mark));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, style, YamlNode::Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, style, YamlNode::Kind::mapping);
  }
  void OnMapEnd() override { close(); }

  Place place_of(const YAML::Mark& mark) const {
    return {static_cast<std::size_t>(mark.line + 1), static_cast<std::size_t>(mark.column + 1), override_path_};
  }

 private:
  /// An open collection, with the key whose value comes next.
  struct Frame {
    std::shared_ptr<YamlNode> node;
    YAML::anchor_t anchor;
    YAML::EmitterStyle::value style;
    YAML::Mark mark;
    bool has_key = false;
    bool usable_key = false;
    std::string key;
    Place key_place;
  };

  [[noreturn]] void stop(const YAML::Mark& mark, std::string message) const {
    throw ParseStop{{place_of(mark), path(), std::move(message)}};
  }

  std::string path() const {
    std::string text = override_path_;
    for (const Frame& frame : stack_) {
      if (frame.node->kind == YamlNode::Kind::sequence) {
        text += fmt::format("[{}]", frame.node->elements.size());
      } else if (frame.has_key) {
        text = join_path(text, frame.key);
      }
    }
    return text;
  }

  std::shared_ptr<YamlNode> make(const YAML::Mark& mark, YamlNode::Kind kind) const {
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->place = place_of(mark);
    return node;
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!") stop(mark, fmt::format("the tag \"{}\" is not supported: leave it out", tag));
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style, YamlNode::Kind kind) {
    check_tag(mark, tag);
    if (stack_.size() >= most_depth) stop(mark, fmt::format("nested deeper than {} levels", most_depth));
    stack_.push_back({make(mark, kind), anchor, style, mark, false, false, {}, {}});
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    // Checked at the end of the collection, since yaml-cpp reports an unclosed bracket as the start of a block.
    if (!override_path_.empty() && frame.style == YAML::EmitterStyle::Block) {
      stop(frame.mark, "expected a plain value, [a, list] or {a: mapping}; put a text with \": \" or \"- \" in quotes");
    }
    finish(std::move(frame.node), frame.anchor);
  }

  void finish(std::shared_ptr<YamlNode> node, YAML::anchor_t anchor) {
    const Place place = node->place;
    if (anchor != 0) anchors_[anchor] = node;
    attach(std::move(node), place);
  }

  void attach(YamlPointer node, const Place& place) {
    if (stack_.empty()) {
      document_.root = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node->kind == YamlNode::Kind::sequence) {
      frame.node->elements.push_back(std::move(node));
    } else if (frame.has_key) {
      if (frame.usable_key) {
        frame.node->index.emplace(frame.key, frame.node->entries.size());
        frame.node->entries.push_back({std::move(frame.key), frame.key_place, std::move(node)});
      }
      frame.has_key = false;
    } else {
      take_key(*node, place);
    }
  }

  void take_key(const YamlNode& node, const Place& place) {
    std::string problem;
    if (node.kind != YamlNode::Kind::scalar || node.scalar.empty()) {
      problem = "a key must be a text";
    } else if (node.scalar.size() > longest_key) {
      problem = fmt::format("a key must not be longer than {} bytes", longest_key);
    } else if (const YamlEntry* first = stack_.back().node->find(node.scalar)) {
      const std::string at = first->place.override_path.empty() ? fmt::format(" at line {}", first->place.line) : std::string();
      problem = fmt::format("duplicate key: it was given before{}; remove one of the two", at);
    }
    const std::string key = node.kind == YamlNode::Kind::scalar ? node.scalar.substr(0, longest_key) : std::string();
    if (!problem.empty()) document_.faults.push_back({place, key.empty() ? path() : join_path(path(), key), problem});
    Frame& frame = stack_.back();
    frame.has_key = true;
    frame.usable_key = problem.empty();
    frame.key = key;
    frame.key_place = place;
  }

  YamlDocument& document_;
  std::string override_path_;
  bool started_ = false;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, YamlPointer> anchors_;
};

/// Length of the UTF-8 sequence at the start of `text`, 0 for none (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      if ((byte(i) & 0xc0u) != 0x80u) return false;
    }
    return true;
  };
  const unsigned first = byte(0);
  const unsigned second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1, 2) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && second < 0xa0;
    const bool surrogate = first == 0xed && second > 0x9f;
    return !overlong && !surrogate && follows(1, 3) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool overlong = first == 0xf0 && second < 0x90;
    const bool above = first == 0xf4 && second > 0x8f;
    return !overlong && !above && follows(1, 4) ? 4 : 0;
  }
  return 0;
}

/// Finds bytes that are not UTF-8 and control characters. yaml-cpp treats some of them as the end of the text and guesses an encoding from
/// zero bytes, so that it would ignore text.
std::optional<YamlFault> find_bad_character(std::string_view text) {
  std::size_t line = 1;
  std::size_t line_start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    const std::size_t length = utf8_length(text.substr(at, 4));
    const bool control = c < 0x20 && c != '\t' && c != '\n' && c != '\r';
    if (length == 0 || control) {
      const std::string message = c == 0    ? "a zero byte: this is no text in UTF-8 (UTF-16, or binary data?); save it as UTF-8"
                                  : control ? fmt::format("control character 0x{:02x}: write it as \"\\x{:02x}\" in double quotes", c, c)
                                            : fmt::format("byte 0x{:02x} is not UTF-8: save the file as UTF-8", c);
      return YamlFault{{line, at - line_start + 1, {}}, {}, message};
    }
    at += length;
    if (c == '\n') {
      ++line;
      line_start = at;
    }
  }
  return std::nullopt;
}

/// Place of a tab in the indentation, which YAML forbids: the message of yaml-cpp is misleading and names a later line.
std::optional<Place> find_tab_indentation(std::string_view text) {
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size(); ++line) {
    const std::size_t first = text.find_first_not_of(' ', at);
    if (first != std::string_view::npos && text[first] == '\t') {
      return Place{line, first - at + 1, {}};
    }
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return std::nullopt;
}

/// True for a text with the byte order mark of UTF-16, in either byte order.
bool is_utf16(std::string_view text) {
  return text.substr(0, 2) == "\xff\xfe" || text.substr(0, 2) == "\xfe\xff";
}

YamlDocument parse(std::string_view text, const std::string& override_path) {
  YamlDocument document;
  const auto fail = [&](const Place& place, const std::string& path, std::string message) {
    document.root = nullptr;
    document.faults.push_back({{place.line, place.column, override_path}, path, std::move(message)});
  };
  if (text.size() > most_yaml_bytes) {
    fail({1, 1, {}}, override_path,
         fmt::format("{} bytes are too much for a configuration: the limit is {}", text.size(), most_yaml_bytes));
    return document;
  }
  if (is_utf16(text)) {
    fail({1, 1, {}}, override_path, "the text is in UTF-16 (it starts with that byte order mark): save it as UTF-8");
    return document;
  }
  if (const auto bad = find_bad_character(text)) {
    fail(bad->place, override_path, bad->message);
    return document;
  }
  TreeBuilder builder(document, override_path);
  try {
    // yaml-cpp accepts a missing closing quote at the end of the input, but not an end marker within quotes: append one.
    const bool line_open = !text.empty() && text.back() != '\n';
    std::istringstream stream{fmt::format("{}{}...\n", text, line_open ? "\n" : "")};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const ParseStop& stopped) {
    fail(stopped.fault.place, stopped.fault.path, stopped.fault.message);
  } catch (const YAML::Exception& error) {
    // Only searched for after a fault: a tab in an empty line or within a multi-line text is allowed.
    const auto tab = find_tab_indentation(text);
    if (tab) {
      fail(*tab, override_path, "a tab indents this line, and YAML wants spaces: replace it by spaces");
    } else {
      fail(error.mark.is_null() ? Place{1, 1, {}} : builder.place_of(error.mark), override_path, "YAML syntax: " + error.msg);
    }
  }
  return document;
}

}  // namespace

const YamlEntry* YamlNode::find(std::string_view key) const {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : &entries[found->second];
}

YamlDocument parse_yaml(std::string_view text) {
  return parse(text, {});
}

YamlDocument parse_override_value(std::string_view text, const std::string& override_path) {
  return parse(text, override_path);
}

std::string join_path(std::string_view path, std::string_view key) {
  return path.empty() || key.empty() ? fmt::format("{}{}", path, key) : fmt::format("{}.{}", path, key);
}

}  // namespace memcosim::detail
