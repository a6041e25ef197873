#include "selection_kernels.hpp"

#include "selection_loops.hpp"

namespace varisk::training {

namespace {

struct Scalar {};

}  // namespace

const SelectionKernels selection_scalar_kernels = SelectionLoops<Scalar>::kernels();

const SelectionKernels& selection_kernels(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level == SimdLevel::avx512) return selection_avx512_kernels;
  if (level == SimdLevel::avx2) return selection_avx2_kernels;
#endif
  static_cast<void>(level);
  return selection_scalar_kernels;
}

}  // namespace varisk::training
