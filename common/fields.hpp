// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace memcosim {

/// One field of a struct in a list of all its fields. Code that must handle every field iterates over the list, and FieldList does not
/// compile when the struct has a field that the list lacks. `Tag`: a property of the field.
template <typename Class, typename T, typename Tag = void>
struct Field {
  const char* name;
  T Class::*member;
};
template <typename Tag = void, typename Class, typename T>
constexpr Field<Class, T, Tag> field(const char* name, T Class::*member) {
  return {name, member};
}
/// A base class, as a field.
template <typename Base, typename Tag = void>
struct BaseField {};

namespace detail {

struct AnyValue {
  template <typename T>
  operator T() const;  // never defined: only its type is used
};
template <std::size_t>
using AnyValueAt = AnyValue;

template <typename Struct, typename Indices, typename = void>
struct TakesValues : std::false_type {};
template <typename Struct, std::size_t... I>
struct TakesValues<Struct, std::index_sequence<I...>, std::void_t<decltype(Struct{AnyValueAt<I>{}...})>> : std::true_type {};

/// Values that initialise a field: an array takes one for each element.
template <typename T>
constexpr std::size_t value_count() {
  return std::is_array_v<T> ? std::extent_v<T> : 1;
}
template <typename T>
struct ValueCount;
template <typename Class, typename T, typename Tag>
struct ValueCount<Field<Class, T, Tag>> : std::integral_constant<std::size_t, value_count<T>()> {};
template <typename Base, typename Tag>
struct ValueCount<BaseField<Base, Tag>> : std::integral_constant<std::size_t, 1> {};

}  // namespace detail

/// All fields of an aggregate, in any order.
template <typename Struct, typename... Fields>
struct FieldList {
  static constexpr std::size_t values = (detail::ValueCount<Fields>::value + ... + 0);
  static_assert(std::is_aggregate_v<Struct>);
  static_assert(detail::TakesValues<Struct, std::make_index_sequence<values>>::value,
                "the list names a field that the struct does not have");
  static_assert(!detail::TakesValues<Struct, std::make_index_sequence<values + 1>>::value, "the struct has a field that the list lacks");

  std::tuple<Fields...> fields;

  /// Calls visit(field) for each.
  template <typename Visit>
  constexpr void for_each(Visit&& visit) const {
    std::apply([&](const auto&... each) { (visit(each), ...); }, fields);
  }
};
template <typename Struct, typename... Fields>
constexpr FieldList<Struct, Fields...> field_list(Fields... fields) {
  return {{fields...}};
}

}  // namespace memcosim
