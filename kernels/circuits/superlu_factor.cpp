// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/superlu_factor.hpp"

#include <fmt/format.h>
#include <slu_ddefs.h>

#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

/// Statistics that SuperLU requires as output arguments.
class Statistics {
 public:
  Statistics() { StatInit(&statistics_); }
  ~Statistics() { StatFree(&statistics_); }
  Statistics(const Statistics&) = delete;
  Statistics& operator=(const Statistics&) = delete;
  SuperLUStat_t* get() { return &statistics_; }

 private:
  SuperLUStat_t statistics_{};
};

}  // namespace

struct SuperluFactor::Factors {
  explicit Factors(int nodes)
      : column_order(static_cast<std::size_t>(nodes)), row_order(static_cast<std::size_t>(nodes)), tree(static_cast<std::size_t>(nodes)) {
    set_default_options(&options);
    options.ColPerm = MMD_AT_PLUS_A;
    options.SymmetricMode = YES;
    options.DiagPivotThresh = 0.0;  // positive definite: the diagonal is always a good pivot, and the row order can be kept
    options.PrintStat = NO;
  }
  ~Factors() {
    if (options.Fact != DOFACT) release();
  }
  Factors(const Factors&) = delete;
  Factors& operator=(const Factors&) = delete;

  void release() {
    Destroy_SuperNode_Matrix(&lower);
    Destroy_CompCol_Matrix(&upper);
  }

  void factor(const NodalMatrix& matrix) {
    const int nodes = matrix.nodes();
    SuperMatrix view{};
    // The casts are safe: SuperLU does not modify these arrays, but takes non-const pointers.
    dCreate_CompCol_Matrix(&view, nodes, nodes, static_cast<int>(matrix.values().size()), const_cast<double*>(matrix.values().data()),
                           const_cast<int*>(matrix.row_index().data()), const_cast<int*>(matrix.column_start().data()), SLU_NC, SLU_D,
                           SLU_GE);
    if (options.Fact == DOFACT) get_perm_c(options.ColPerm, &view, column_order.data());
    SuperMatrix ordered{};
    sp_preorder(&options, &view, column_order.data(), tree.data(), &ordered);
    Statistics statistics;
    int info = 0;
    dgstrf(&options, &ordered, sp_ienv(2), sp_ienv(1), tree.data(), nullptr, 0, column_order.data(), row_order.data(), &lower, &upper,
           &global, statistics.get(), &info);
    Destroy_CompCol_Permuted(&ordered);
    Destroy_SuperMatrix_Store(&view);
    if (info > nodes) throw RunError("the factors of the circuit's matrix do not fit into memory: use an iterative method");
    options.Fact = SamePattern_SameRowPerm;
    if (info > 0) {
      throw RunError(
          fmt::format("the circuit's matrix is singular in double precision (pivot {}): its resistances are too far apart", info));
    }
  }

  superlu_options_t options{};
  std::vector<int> column_order;
  std::vector<int> row_order;
  std::vector<int> tree;
  SuperMatrix lower{};
  SuperMatrix upper{};
  GlobalLU_t global{};
};

SuperluFactor::SuperluFactor(const NodalMatrix& matrix) : factors_(std::make_unique<Factors>(matrix.nodes())) {
  if (matrix.nodes() > 0) factors_->factor(matrix);
}

SuperluFactor::~SuperluFactor() = default;

void SuperluFactor::refactor(const NodalMatrix& matrix) {
  if (matrix.nodes() > 0) factors_->factor(matrix);
}

void SuperluFactor::solve(std::vector<double>& values) const {
  if (values.empty()) return;
  const int nodes = static_cast<int>(values.size());
  SuperMatrix right{};
  dCreate_Dense_Matrix(&right, nodes, 1, values.data(), nodes, SLU_DN, SLU_D, SLU_GE);
  Statistics statistics;
  int info = 0;
  dgstrs(NOTRANS, &factors_->lower, &factors_->upper, factors_->column_order.data(), factors_->row_order.data(), &right, statistics.get(),
         &info);
  Destroy_SuperMatrix_Store(&right);
}

}  // namespace memcosim
