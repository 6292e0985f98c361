// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "memcosim/kernels/arrays/state_fields.hpp"
#include "memcosim/runs/results/state_file.hpp"

namespace memcosim {

/// Hash of the fields of specifications that decide what programming leaves in a cell, as marked in their lists (state_fields). Fields that
/// only act later (age, read noise, converters) are left out, so that one saved state can be used with other values of these.
class StateFingerprint {
 public:
  /// `verified`: programming reads the cells back, so that the fields of reads are included.
  explicit StateFingerprint(bool verified) : verified_(verified) {}

  template <typename T>
  StateFingerprint& add(const T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      char bytes[sizeof(T)];
      std::memcpy(bytes, &value, sizeof(T));
      hash_ = fingerprint64({bytes, sizeof(T)}, hash_);
    } else {
      state_fields(&value).for_each([&](const auto& field) { add_field(value, field); });
    }
    return *this;
  }
  /// Only under the law `rate` do verify reads move cells; the other laws do not affect programming.
  StateFingerprint& add(ReadDisturbSpec::Law law) { return add(law == ReadDisturbSpec::Law::rate); }
  StateFingerprint& add(const std::string& text) {
    hash_ = fingerprint64(text, add(text.size()).hash_);
    return *this;
  }
  template <typename T>
  StateFingerprint& add(const std::vector<T>& values) {
    add(values.size());
    for (const T& value : values)
      add(value);
    return *this;
  }
  template <typename T, std::size_t count>
  StateFingerprint& add(const T (&values)[count]) {
    for (const T& value : values)
      add(value);
    return *this;
  }
  template <typename T>
  StateFingerprint& add(const std::shared_ptr<T>& value) {
    add(value != nullptr);
    return value == nullptr ? *this : add(*value);
  }

  std::uint64_t value() const { return hash_; }

 private:
  template <typename Struct, typename Class, typename T, typename Tag>
  void add_field(const Struct& object, const Field<Class, T, Tag>& field) {
    if constexpr (std::is_same_v<Tag, Written>) {
      add(object.*field.member);
    } else if constexpr (std::is_same_v<Tag, Verified>) {
      if (verified_) add(object.*field.member);
    } else {
      static_assert(std::is_same_v<Tag, Later>, "a list of state fields says of each what it decides");
    }
  }
  template <typename Struct, typename Base>
  void add_field(const Struct& object, const BaseField<Base, Written>&) {
    add(static_cast<const Base&>(object));
  }

  bool verified_;
  std::uint64_t hash_ = fingerprint64("");
};

}  // namespace memcosim
