// SPDX-License-Identifier: Apache-2.0
#include "circuit_peers.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <slu_ddefs.h>
#include <sys/resource.h>
#include <time.h>
#ifdef MEMCOSIM_HAS_CHOLMOD
#include <cholmod.h>
#endif

#include "memcosim/kernels/circuits/spice_netlist.hpp"

namespace memcosim::benchmarks {

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

DefaultSuperlu solve_by_default_superlu(const NodalMatrix& matrix, const std::vector<double>& right) {
  DefaultSuperlu result{right, 0.0, 0.0};
  std::vector<double> again = right;
  const int nodes = matrix.nodes();
  std::vector<double> values = matrix.values();
  std::vector<int> rows = matrix.row_index();
  std::vector<int> columns = matrix.column_start();
  std::vector<int> column_order(right.size());
  std::vector<int> row_order(right.size());
  SuperMatrix view{};
  SuperMatrix dense{};
  SuperMatrix lower{};
  SuperMatrix upper{};
  superlu_options_t options{};
  SuperLUStat_t statistics{};
  set_default_options(&options);
  StatInit(&statistics);
  dCreate_CompCol_Matrix(&view, nodes, nodes, static_cast<int>(values.size()), values.data(), rows.data(), columns.data(), SLU_NC, SLU_D,
                         SLU_GE);
  dCreate_Dense_Matrix(&dense, nodes, 1, result.volts.data(), nodes, SLU_DN, SLU_D, SLU_GE);
  int info = 0;
  double start = thread_seconds();
  dgssv(&options, &view, column_order.data(), row_order.data(), &lower, &upper, &dense, &statistics, &info);
  if (info != 0) std::exit(1);
  result.seconds = thread_seconds() - start;
  static_cast<DNformat*>(dense.Store)->nzval = again.data();
  start = thread_seconds();
  dgstrs(NOTRANS, &lower, &upper, column_order.data(), row_order.data(), &dense, &statistics, &info);
  result.solve_seconds = thread_seconds() - start;
  Destroy_SuperNode_Matrix(&lower);
  Destroy_CompCol_Matrix(&upper);
  Destroy_SuperMatrix_Store(&view);
  Destroy_SuperMatrix_Store(&dense);
  StatFree(&statistics);
  return result;
}

#ifdef MEMCOSIM_HAS_CHOLMOD

struct Cholmod::State {
  cholmod_common common{};
  cholmod_sparse* matrix = nullptr;
  cholmod_factor* factor = nullptr;
};

bool Cholmod::available() {
  return true;
}

Cholmod::Cholmod(const NodalMatrix& matrix) : state_(std::make_unique<State>()) {
  cholmod_common& common = state_->common;
  cholmod_start(&common);
  common.supernodal = CHOLMOD_SUPERNODAL;
  common.nmethods = 1;
  common.method[0].ordering = CHOLMOD_METIS;
  common.postorder = 1;
  const auto nodes = static_cast<std::size_t>(matrix.nodes());
  state_->matrix = cholmod_allocate_sparse(nodes, nodes, matrix.values().size(), 0, 1, -1, CHOLMOD_REAL, &common);
  std::copy(matrix.column_start().begin(), matrix.column_start().end(), static_cast<int*>(state_->matrix->p));
  std::copy(matrix.row_index().begin(), matrix.row_index().end(), static_cast<int*>(state_->matrix->i));
  std::copy(matrix.values().begin(), matrix.values().end(), static_cast<double*>(state_->matrix->x));
  state_->matrix->sorted = 0;
  state_->factor = cholmod_analyze(state_->matrix, &common);
}

Cholmod::~Cholmod() {
  cholmod_free_factor(&state_->factor, &state_->common);
  cholmod_free_sparse(&state_->matrix, &state_->common);
  cholmod_finish(&state_->common);
}

void Cholmod::factor(const NodalMatrix& matrix) {
  std::copy(matrix.values().begin(), matrix.values().end(), static_cast<double*>(state_->matrix->x));
  if (cholmod_factorize(state_->matrix, state_->factor, &state_->common) == 0 || state_->common.status != CHOLMOD_OK) std::exit(1);
}

void Cholmod::solve(std::vector<double>& right, std::size_t count) {
  cholmod_dense view{};
  view.nrow = view.d = state_->matrix->nrow;
  view.ncol = count;
  view.nzmax = right.size();
  view.x = right.data();
  view.xtype = CHOLMOD_REAL;
  view.dtype = CHOLMOD_DOUBLE;
  cholmod_dense* solution = cholmod_solve(CHOLMOD_A, state_->factor, &view, &state_->common);
  const auto* values = static_cast<const double*>(solution->x);
  std::copy(values, values + right.size(), right.begin());
  cholmod_free_dense(&solution, &state_->common);
}

#else

struct Cholmod::State {};
bool Cholmod::available() {
  return false;
}
Cholmod::Cholmod(const NodalMatrix&) {}
Cholmod::~Cholmod() = default;
void Cholmod::factor(const NodalMatrix&) {}
void Cholmod::solve(std::vector<double>&, std::size_t) {}

#endif

double ngspice_seconds(const CrossbarCircuit& circuit, const TerminalVoltages& voltages) {
  if (std::system("command -v ngspice > /dev/null") != 0) return -1.0;
  std::string folder = (std::filesystem::temp_directory_path() / "circuit_benchmark.XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return -1.0;
  std::ofstream(folder + "/crossbar.cir") << spice_operating_point(spice_netlist(circuit, voltages));
  const auto children = [] {
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
  };
  const double start = children();
  const int status = std::system(("cd '" + folder + "' && ngspice -b crossbar.cir > log.txt 2>&1").c_str());
  const double seconds = children() - start;
  std::filesystem::remove_all(folder);
  return status == 0 ? seconds : -1.0;
}

}  // namespace memcosim::benchmarks
