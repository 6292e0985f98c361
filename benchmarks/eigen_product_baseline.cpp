// SPDX-License-Identifier: Apache-2.0
#define MEMCOSIM_EIGEN_NAMESPACE eigen_baseline
#define MEMCOSIM_EIGEN_FUNCTION eigen_product_baseline
#include "eigen_product.inc"
