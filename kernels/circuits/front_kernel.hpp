// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace memcosim {

/// The arithmetic of dense conductance fronts for one instruction set. Every sum has a fixed order and every product is fused with its
/// addition (fma), so that all kernels give the same bits.
///
/// Tall matrices are packed for it: "tiles" of tile_rows rows, [tile][k][tile_rows], and "panels" of panel_rows rows,
/// [panel][k][panel_rows].
struct FrontKernel {
  static constexpr std::size_t panel_rows = 8;
  static constexpr std::size_t tile_rows = 24;
  static constexpr std::size_t lanes = 8;

  const char* name;

  /// c (rows x 8, column-major with `stride`) += sum over k < depth, in this order, of a[k][row] b[k][column]. rows: 8, 16 or 24; `a`
  /// points into a tile, `b` to a panel.
  void (*add_products)(double* c, std::size_t stride, std::size_t rows, const double* a, const double* b, std::size_t depth);
  /// The same with one column: b[k].
  void (*add_product)(double* c, std::size_t rows, const double* a, const double* b, std::size_t depth);
  /// sums[k] = sum of `rows` (a multiple of 8) entries of column k of 8.
  void (*sum_columns)(const double* c, std::size_t stride, std::size_t rows, double* sums);
  /// For `vectors` times 8 rows of 8 columns: adds factors[j][k] (row-major 8 x 8) times column j to column k, for j = 0 to 7 and k > j.
  /// Column k of rows v goes to tiles[v] + k tile_rows, and its product with inverse[k] to panels + v panel_stride + k panel_rows.
  void (*remove_panel)(const double* c, std::size_t stride, std::size_t vectors, const double* factors, const double* inverse,
                       double* const* tiles, double* panels, std::size_t panel_stride);
  /// Removes the first `count` of `size` nodes of eight independent fronts: conductance between a and b < a of front l at
  /// lane_index(size, a, b) lanes + l.
  void (*remove_in_lanes)(double* siemens, std::size_t size, std::size_t count);

  static std::size_t lane_index(std::size_t size, std::size_t a, std::size_t b) { return b * (2 * size - b - 1) / 2 + a - b - 1; }
};

extern const FrontKernel baseline_front_kernel;
#ifdef MEMCOSIM_X86_KERNELS
extern const FrontKernel avx2_front_kernel;
extern const FrontKernel avx512_front_kernel;
#endif

}  // namespace memcosim
