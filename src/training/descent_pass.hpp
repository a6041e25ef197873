#pragma once
#include "fit_model.hpp"

namespace varisk::training {

/// One pass of coordinate descent on the quadratic model of the loss over all entries with coefficients or with a
/// gradient beyond their threshold, column by column with all its predictors, and a search along the way from start to
/// end. It brings groups into the model, and is what is left where Newton's step fails.
class DescentPass {
 public:
  /// After `model.evaluate()`. Returns the objective where the model stands then, not above `objective`.
  double run(FitModel& model, double objective);

 private:
  void update(const FitModel& model, std::size_t entry);

  AlignedVector<double> bound_;   ///< of the curvature of each row
  AlignedVector<double> slopes_;  ///< of the quadratic model
  std::vector<double> beta_;
};

}  // namespace varisk::training
