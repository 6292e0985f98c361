// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace memcosim {

/// The text of a configuration, edited in place: comments, order and layout stay as they are wherever an edit does not touch them. Every
/// edit is checked by reading the result; unless it differs from the previous text in that one key alone, the edit is refused. Paths are
/// dotted ("macro.adc.bits"), without elements of lists.
class ConfigText {
 public:
  /// `name` stands for the file in messages. Throws ConfigError for a text that is no YAML mapping.
  ConfigText(std::string text, std::string name);

  /// True when the text has the key.
  bool has(std::string_view path) const;
  /// Sets the key to a scalar or flow value, written as YAML, and makes the mappings above it that are missing. A key that gets a line of
  /// its own gets `remark` as its comment. Throws InputError where the layout of the text does not allow it, with what to write by hand.
  void set(std::string_view path, std::string_view value, std::string_view remark = {});
  /// Gives the key another name in the same mapping. Throws InputError likewise.
  void rename(std::string_view path, std::string_view key);

  const std::string& str() const { return text_; }

 private:
  std::string text_;
  std::string name_;
};

}  // namespace memcosim
