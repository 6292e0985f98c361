// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/quantisation/float_network.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <stdexcept>

#include <Eigen/Core>
#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/thread_pool.hpp"
#include "memcosim/networks/layers/digital_layers.hpp"
#include "memcosim/networks/layers/window_unroll.hpp"

namespace memcosim {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstMatrix = Eigen::Map<const RowMajor>;
using MutableMatrix = Eigen::Map<RowMajor>;

/// Runs batches of a fixed size: the rounding of Eigen's sums depends on the batch size, and results must not depend on the number of
/// images.
class FloatRunner {
 public:
  explicit FloatRunner(const Network& network) : network_(network) {
    std::size_t elements = element_count(network.input);
    for (const Layer& layer : network.layers)
      elements += element_count(layer.shape);
    batch_ = std::clamp<std::size_t>((std::size_t{1} << 22) / elements, 1, 64);
  }

  std::size_t batch() const { return batch_; }

  /// `input`: always batch() x elements, of which the first `used` images count. Returns batch() x classes.
  const std::vector<double>& run(std::vector<double> input, std::size_t used, const ValueObserver& observe) {
    input_ = std::move(input);
    const std::size_t elements = element_count(network_.input);
    for (std::size_t i = 0; i < used; ++i)
      network_.normalisation.apply({input_.data() + i * elements, elements});
    values_.resize(network_.layers.size());
    report(network_input, used, observe);
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      const Layer& layer = network_.layers[i];
      values_[i].resize(batch_ * element_count(layer.shape));
      switch (layer.kind) {
        case LayerKind::dense:
          run_dense(layer, values_[i]);
          break;
        case LayerKind::convolution:
          run_convolution(layer, used, values_[i]);
          break;
        default:
          run_digital(layer, used, values_[i]);
      }
      report(static_cast<std::int32_t>(i), used, observe);
    }
    return values_[static_cast<std::size_t>(network_.output)];
  }

 private:
  const std::vector<double>& value(std::int32_t index) const {
    return index == network_input ? input_ : values_[static_cast<std::size_t>(index)];
  }

  gsl::span<const double> image(std::int32_t index, std::size_t number) const {
    const std::size_t elements = element_count(network_.shape_of(index));
    return {value(index).data() + number * elements, elements};
  }

  void report(std::int32_t index, std::size_t used, const ValueObserver& observe) const {
    const gsl::span<const double> elements{value(index).data(), used * element_count(network_.shape_of(index))};
    for (const double element : elements) {
      if (!std::isfinite(element)) {
        throw InputError(
            fmt::format("{}: layer '{}' computes values that are not finite; its weights are impossible, train the model again",
                        network_.file, index == network_input ? "input" : network_.layers[static_cast<std::size_t>(index)].name));
      }
    }
    if (observe) observe(index, elements);
  }

  void run_dense(const Layer& layer, std::vector<double>& out) const {
    const auto rows = static_cast<Eigen::Index>(layer.grid.rows());
    const auto outputs = static_cast<Eigen::Index>(layer.outputs);
    const auto images = static_cast<Eigen::Index>(batch_);
    MutableMatrix result(out.data(), images, outputs);
    result.noalias() = ConstMatrix(value(layer.inputs[0]).data(), images, rows) * ConstMatrix(layer.weights.data(), rows, outputs);
    result.rowwise() += Eigen::Map<const Eigen::RowVectorXd>(layer.bias.data(), outputs);
  }

  void run_convolution(const Layer& layer, std::size_t used, std::vector<double>& out) {
    const auto rows = static_cast<Eigen::Index>(layer.grid.rows());
    const auto outputs = static_cast<Eigen::Index>(layer.outputs);
    const auto windows = static_cast<Eigen::Index>(layer.grid.windows());
    const WindowUnroll unroll(layer.grid);
    unrolled_.resize(static_cast<std::size_t>(windows * rows));
    const std::vector<double> padding(layer.grid.channels, 0.0);
    for (std::size_t i = 0; i < used; ++i) {
      unroll.pad(image(layer.inputs[0], i).data(), padding, padded_);
      unroll.unroll(padded_, layer.grid.rows(), unrolled_.data());
      MutableMatrix result(out.data() + static_cast<Eigen::Index>(i) * windows * outputs, outputs, windows);
      result.noalias() =
          ConstMatrix(layer.weights.data(), rows, outputs).transpose() * ConstMatrix(unrolled_.data(), windows, rows).transpose();
      result.colwise() += Eigen::Map<const Eigen::VectorXd>(layer.bias.data(), outputs);
    }
  }

  void run_digital(const Layer& layer, std::size_t used, std::vector<double>& out) const {
    std::vector<gsl::span<const double>> inputs(layer.inputs.size());
    const std::size_t elements = element_count(layer.shape);
    for (std::size_t i = 0; i < used; ++i) {
      for (std::size_t k = 0; k < inputs.size(); ++k)
        inputs[k] = image(layer.inputs[k], i);
      run_digital_layer(layer, inputs, {out.data() + i * elements, elements});
    }
  }

  const Network& network_;
  std::size_t batch_;
  std::vector<double> input_;
  std::vector<std::vector<double>> values_;
  std::vector<double> padded_;
  std::vector<double> unrolled_;
};

/// `fill(first, count, target)` writes the inputs of some images. `observe` needs one thread; `on_progress` counts images.
template <typename Fill>
std::vector<double> run_batches(const Network& network, std::size_t count, Fill fill, const ValueObserver& observe, unsigned threads,
                                const OnProgress& on_progress) {
  cpu::ThreadPool pool(threads);
  std::vector<FloatRunner> runners(pool.threads(), FloatRunner(network));
  const std::size_t batch = runners.front().batch();
  const std::size_t classes = network.classes();
  std::vector<double> logits(count * classes);
  std::mutex mutex;
  std::size_t done = 0;
  pool.wait(pool.start((count + batch - 1) / batch, [&](std::size_t task, unsigned worker) {
    const std::size_t first = task * batch;
    const std::size_t used = std::min(batch, count - first);
    std::vector<double> input(batch * element_count(network.input), 0.0);
    fill(first, used, input.data());
    const auto& result = runners[worker].run(std::move(input), used, observe);
    std::copy_n(result.begin(), used * classes, logits.begin() + static_cast<std::ptrdiff_t>(first * classes));
    const std::lock_guard<std::mutex> lock(mutex);
    done += used;
    if (on_progress) on_progress(done, count);
  }));
  return logits;
}

/// The argument `fill` of run_batches() for an image set.
auto values_of(const ImageSet& images) {
  return [&images, elements = images.elements()](std::size_t first, std::size_t used, double* target) {
    for (std::size_t i = 0; i < used; ++i)
      images.copy(first + i, target + i * elements);
  };
}

}  // namespace

std::vector<double> run_float(const Network& network, gsl::span<const double> inputs, const ValueObserver& observe) {
  const std::size_t elements = element_count(network.input);
  if (inputs.size() % elements != 0) throw std::logic_error("run_float: the inputs are no whole number of images");
  const auto fill = [&](std::size_t first, std::size_t used, double* target) {
    std::copy_n(inputs.data() + first * elements, used * elements, target);
  };
  return run_batches(network, inputs.size() / elements, fill, observe, 1, {});
}

std::vector<double> run_float(const Network& network, const ImageSet& images, const ValueObserver& observe, const OnProgress& on_progress) {
  check_images(network, images);
  return run_batches(network, images.count, values_of(images), observe, 1, on_progress);
}

std::vector<double> run_float(const Network& network, const ImageSet& images, unsigned threads, const OnProgress& on_progress) {
  check_images(network, images);
  constexpr unsigned most_threads = 16;  // each takes some 32 MB for its batch
  return run_batches(network, images.count, values_of(images), {}, std::min(threads, most_threads), on_progress);
}

std::vector<std::uint32_t> predicted_classes(gsl::span<const double> logits, std::size_t classes) {
  std::vector<std::uint32_t> predicted;
  for (std::size_t row = 0; row < logits.size(); row += classes) {
    const auto* begin = logits.data() + row;
    predicted.push_back(static_cast<std::uint32_t>(std::max_element(begin, begin + classes) - begin));
  }
  return predicted;
}

}  // namespace memcosim
