// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "memcosim/kernels/products/product_spec.hpp"

namespace memcosim::testing {

/// What the levels of a product are like.
enum class LevelKind {
  whole,      ///< steps of the window: one digit; with a whole LSB many values lie on thresholds
  many,       ///< steps of a large window: two digits
  fractions,  ///< with programming errors of up to a step: three digits
  wide,       ///< from a large window with errors: four digits
};

/// How a random product is made.
struct ProductRecipe {
  std::vector<std::uint32_t> part_rows{128};    ///< rows of each row partition
  std::vector<std::uint32_t> part_columns{16};  ///< physical columns of each column partition
  unsigned weight_slices = 1;
  unsigned weight_bits = 2;  ///< of a slice
  LevelKind levels = LevelKind::fractions;
  bool offset = true;  ///< the window begins at one step
  bool read_noise = false;
  std::uint32_t outputs_without_arrays = 0;  ///< before all others
  std::uint32_t used_outputs = 0;            ///< of each array, at most; 0: all
  ReadoutConfig readout;
  std::uint64_t seed = 1;
};

/// A product with all that it points to, and random vectors for it.
class RandomProduct {
 public:
  explicit RandomProduct(const ProductRecipe& recipe) : generator_(recipe.seed) {
    const unsigned levels = recipe.levels == LevelKind::wide || recipe.levels == LevelKind::many ? 4096 : 16;
    ConductanceWindow window;
    window.g_min = recipe.offset ? 0x1p-20 : 0.0;
    window.g_max = window.g_min + 0x1p-20 * (levels - 1);
    window.levels = levels;
    spec_.readout = recipe.readout;
    spec_.seed = recipe.seed * 77 + 5;
    std::uint32_t stream = 3;
    for (const std::uint32_t rows : recipe.part_rows) {
      std::uint32_t first_output = recipe.outputs_without_arrays;
      for (const std::uint32_t columns : recipe.part_columns) {
        for (unsigned slice = 0; slice < recipe.weight_slices; ++slice) {
          matrices_.push_back(matrix(rows, columns, window, recipe));
          const std::uint32_t used = std::min(recipe.used_outputs, recipe.readout.outputs(columns));
          spec_.arrays.push_back({matrices_.back().get(), stream++, spec_.rows, first_output, slice * recipe.weight_bits, used});
        }
        first_output += recipe.readout.encoding->outputs_of(columns);
      }
      spec_.outputs = first_output;
      spec_.rows += rows;
    }
  }

  const ProductSpec& spec() const { return spec_; }
  /// Sets the LSB to `share` of the standard deviation of a value.
  void set_lsb(double share) {
    const LevelMatrix& levels = *spec_.arrays.front().levels;
    double square = 0.0;
    for (const float level : levels.levels)
      square += static_cast<double>(level) * level / levels.columns;
    spec_.readout.adc.lsb = share * std::sqrt(square) * spec_.readout.dac.code_max();
  }
  void set_lsb_to(double lsb) { spec_.readout.adc.lsb = lsb; }
  void set_noise(double lsb) {
    for (ConverterCurve& curve : spec_.readout.curves)
      curve.noise_lsb = lsb;
  }

  /// Converters of their own gains and offsets that take the columns in turn. `table_inl_lsb`: of the table of transitions of each converter;
  /// 0: it is linear. Tables have multiples of `table_step_lsb`, or any values where it is 0.
  void set_converters(double gain_spread, double offset_spread_lsb, const std::vector<double>& table_inl_lsb, double table_step_lsb) {
    std::uniform_real_distribution<double> one(-1.0, 1.0);
    spec_.readout.curves.clear();
    for (const double inl_lsb : table_inl_lsb) {
      ConverterCurve curve;
      curve.gain = 1.0 + gain_spread * one(generator_);
      curve.offset_lsb = offset_spread_lsb * one(generator_);
      if (inl_lsb > 0.0) curve.transitions = std::make_shared<const std::vector<double>>(transitions(inl_lsb, table_step_lsb));
      spec_.readout.curves.push_back(curve);
    }
    std::uint32_t conversions = 0;
    for (const ProductArray& array : spec_.arrays)
      conversions = std::max(conversions, spec_.readout.conversions(array.levels->columns));
    for (std::uint32_t i = 0; i < conversions; ++i)
      spec_.readout.converter_of.push_back(static_cast<std::uint16_t>(i * 7 % table_inl_lsb.size()));
  }

  std::vector<InputCode> inputs(std::size_t count, std::size_t stride) {
    std::vector<InputCode> codes(count * stride);
    for (InputCode& code : codes) {
      // Many small codes and zeros: values near zero and rows that do not count.
      const unsigned kind = generator_() % 4;
      code = kind == 0 ? 0 : static_cast<InputCode>(generator_() & ((1u << spec_.readout.input_bits) - 1u));
    }
    return codes;
  }

 private:
  /// A bow over the code range, that of 8 bits, and steps that differ by up to 0.4 LSB.
  std::vector<double> transitions(double inl_lsb, double step_lsb) {
    std::uniform_real_distribution<double> step(-0.2, 0.2);
    const ConverterSetting& adc = spec_.readout.adc;
    const double codes = std::ldexp(1.0, static_cast<int>(adc.bits));
    std::vector<double> transitions;
    for (double code = 0.0; code < codes; ++code) {
      const double inl = inl_lsb * codes / 256.0 * std::sin(6.0 * code / codes) + std::min(1.0, inl_lsb) * step(generator_);
      transitions.push_back(adc.code_min() + code + (step_lsb > 0.0 ? std::round(inl / step_lsb) * step_lsb : inl));
    }
    return transitions;
  }

  std::unique_ptr<LevelMatrix> matrix(std::uint32_t rows, std::uint32_t columns, const ConductanceWindow& window,
                                      const ProductRecipe& recipe) {
    std::vector<double> siemens(std::size_t{rows} * columns);
    std::uniform_real_distribution<double> error(-1.0, 1.0);
    for (double& value : siemens) {
      value = window.g_min + static_cast<double>(generator_() % window.levels) * window.step();
      if (recipe.levels == LevelKind::fractions || recipe.levels == LevelKind::wide)
        value = std::max(0.0, value + error(generator_) * window.step());
    }
    auto made = std::make_unique<LevelMatrix>(rows, columns, window, siemens);
    if (recipe.read_noise) {
      for (double& value : siemens)
        value *= 0.05;
      made->set_read_noise(window, siemens);
    }
    return made;
  }

  std::mt19937_64 generator_;
  std::vector<std::unique_ptr<LevelMatrix>> matrices_;
  ProductSpec spec_;
};

}  // namespace memcosim::testing
