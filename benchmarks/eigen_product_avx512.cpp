// SPDX-License-Identifier: Apache-2.0
#define MEMCOSIM_EIGEN_NAMESPACE eigen_avx512
#define MEMCOSIM_EIGEN_FUNCTION eigen_product_avx512
#include "eigen_product.inc"
