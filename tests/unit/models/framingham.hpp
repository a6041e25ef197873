#pragma once
/// \file
/// Type 2 diabetes within 8 years, Framingham Offspring (Wilson 2007, PMID 17533210), as a model file.

#include "varisk/io/json.hpp"

namespace varisk::models::test {

inline io::Json framingham() {
  return io::Json::parse(R"json({
    "format": "varisk-model/1", "id": "t2d", "outcome": "type 2 diabetes within 8 years", "classes": ["no", "yes"],
    "family": "binomial",
    "features": {
      "age": {"type": "covariate", "column": "age", "value": "number", "unit": "years", "range": [18, 110],
              "out_of_range": "missing", "missing": {"value": 54}},
      "sex": {"type": "covariate", "column": "sex", "value": "category", "levels": ["female", "male"]},
      "parent": {"type": "covariate", "column": "parent", "value": "category", "levels": ["no", "yes"]},
      "bmi": {"type": "covariate", "column": "bmi", "value": "number", "unit": "kg/m2"},
      "pressure": {"type": "covariate", "column": "pressure", "value": "category", "levels": ["normal", "high"]},
      "hdl": {"type": "covariate", "column": "hdl", "value": "number", "unit": "mg/dL", "analyte": "cholesterol"},
      "triglycerides": {"type": "covariate", "column": "tg", "value": "number", "unit": "mg/dL",
                        "analyte": "triglycerides"},
      "glucose": {"type": "covariate", "column": "glucose", "value": "number", "unit": "mg/dL", "analyte": "glucose",
                  "range": [20, 600]}
    },
    "intercept": -5.517,
    "terms": [
      {"name": "age 50-64", "coefficient": -0.018, "factors": [{"feature": "age", "at_least": 50, "below": 65}]},
      {"name": "age 65 and over", "coefficient": -0.081, "factors": [{"feature": "age", "at_least": 65}]},
      {"name": "male", "coefficient": -0.010, "factors": [{"feature": "sex", "level": "male"}]},
      {"name": "parent", "coefficient": 0.565, "factors": [{"feature": "parent", "level": "yes"}]},
      {"name": "overweight", "coefficient": 0.301, "factors": [{"feature": "bmi", "at_least": 25, "below": 30}]},
      {"name": "obese", "coefficient": 0.920, "factors": [{"feature": "bmi", "at_least": 30}]},
      {"name": "pressure", "coefficient": 0.498, "factors": [{"feature": "pressure", "level": "high"}]},
      {"name": "low HDL, men", "coefficient": 0.944,
       "factors": [{"feature": "hdl", "below": 40}, {"feature": "sex", "level": "male"}]},
      {"name": "low HDL, women", "coefficient": 0.944,
       "factors": [{"feature": "hdl", "below": 50}, {"feature": "sex", "level": "female"}]},
      {"name": "triglycerides", "coefficient": 0.575, "factors": [{"feature": "triglycerides", "at_least": 150}]},
      {"name": "glucose", "coefficient": 1.980, "factors": [{"feature": "glucose", "at_least": 100}]}
    ],
    "bands": [{"name": "low", "below": 0.05}, {"name": "average", "below": 0.2}, {"name": "high"}]
  })json");
}

}  // namespace varisk::models::test
