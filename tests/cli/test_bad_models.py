"""Bad model files: each is refused with its exit code, one error line that says where and what, and nothing is left behind."""

import harness
from bad_input import BadInputTest
from toy import COVARIATES, logistic_model


class ModelFileTest(BadInputTest):
    def refuse_model(self, model, *needles, code=3):
        path = self.write_model("model.json", model) if not isinstance(model, str) else self.write("model.json", model)
        return self.refuse(code, ["model.json"] + list(needles), "--variants", self.vcf, "--model", self.toy, path, "--covariates",
                           self.write("cov.tsv", COVARIATES))

    def test_the_model_is_good_as_it_is(self):
        self.score("--variants", self.vcf, "--model", self.toy, self.write_model("m.json", logistic_model()), "--covariates",
                   self.write("cov.tsv", COVARIATES))

    def test_unknown_keys(self):
        self.refuse_model(logistic_model(colour="red"), "colour")
        model = logistic_model()
        model["features"]["age"]["unti"] = "years"
        self.refuse_model(model, "unti")
        model = logistic_model()
        model["terms"][0]["coeficient"] = 1
        self.refuse_model(model, "coeficient")
        model = logistic_model()
        model["terms"][0]["factors"][0]["scael"] = 1
        self.refuse_model(model, "scael")
        self.refuse_model(logistic_model(calibration={"intercept": 0, "slop": 1}), "slop")

    def test_unknown_versions(self):
        for version in ("varisk-model/2", "varisk-model", "", "other/1"):
            self.refuse_model(logistic_model(format=version), "varisk-model/1")

    def test_missing_keys(self):
        for key in ("id", "family", "features", "terms", "intercept"):
            self.refuse_model(logistic_model(**{key: None}), key)
        model = logistic_model()
        del model["terms"][1]["coefficient"]
        self.refuse_model(model, "coefficient")

    def test_wrong_types(self):
        self.refuse_model(logistic_model(intercept="one"), "intercept")
        self.refuse_model(logistic_model(terms={}), "terms")
        model = logistic_model()
        model["features"]["rs1"]["position"] = "100"
        self.refuse_model(model, "position")
        model["features"]["rs1"]["position"] = -4
        self.refuse_model(model, "position")
        model["features"]["rs1"] = {"type": "guess"}
        self.refuse_model(model, "guess")

    def test_names_that_are_not_there(self):
        model = logistic_model()
        model["terms"][0]["factors"][0]["feature"] = "height"
        self.refuse_model(model, "height")
        model = logistic_model()
        model["terms"][1]["factors"][0]["level"] = "other"
        self.refuse_model(model, "other")
        model = logistic_model()
        model["features"]["prs"]["score"] = "PGS999999"
        self.refuse_model(model, "PGS999999")
        model["features"]["prs"] = {"type": "score", "file": "nowhere.txt"}
        run = self.try_score("--variants", self.vcf, "--model", self.toy, self.write_model("model.json", model), "--covariates",
                             self.write("cov.tsv", COVARIATES))
        self.assertIn(run.code, (3, 4))
        self.assertRegex("\n".join(run.error_lines()), "nowhere.txt")
        self.assert_no_result(run.out)

    def test_impossible_numbers(self):
        model = logistic_model()
        model["features"]["prs"]["sd"] = 0
        self.refuse_model(model, "sd")
        model = logistic_model()
        model["terms"][4]["factors"][0]["scale"] = 0
        self.refuse_model(model, "scale")
        model = logistic_model()
        model["features"]["age"]["range"] = [110, 18]
        self.refuse_model(model, "range")
        for prevalence in (0, 1, -0.1, 1.5):
            self.refuse_model(logistic_model(prevalence={"training": 0.5, "population": prevalence}), "prevalence|population")
        self.refuse_model(logistic_model(covariance=[[1.0]]), "covariance")
        self.refuse_model(logistic_model(family="poisson"), "poisson")

    def test_bands(self):
        self.refuse_model(logistic_model(bands=[{"name": "a", "below": 0.5}, {"name": "b", "below": 0.2}, {"name": "c"}]), "band")
        self.refuse_model(logistic_model(bands=[{"name": "a"}, {"name": "b", "below": 0.2}]), "band")

    def test_effect_allele_that_is_neither(self):
        model = logistic_model()
        model["features"]["rs1"]["effect_allele"] = "T"
        self.refuse_model(model, "effect_allele|rs1")

    def test_broken_json(self):
        text = self.write_model("m.json", logistic_model()).read_text()
        self.refuse_model(text[:len(text) // 2])
        self.refuse_model(text + "}")
        self.refuse_model(text.replace('"intercept": -1.0', '"intercept": NaN'))
        self.refuse_model(text.replace('"id": "m1"', '"id": "m1", "id": "m2"'), "id")
        self.refuse_model("[" * 100000)
        self.refuse_model("[]")

    def test_two_models_of_one_id(self):
        one = self.write_model("one.json", logistic_model())
        two = self.write_model("two.json", logistic_model(intercept=1.0))
        self.refuse(3, ["m1", "one.json|two.json"], "--variants", self.vcf, "--model", self.toy, one, two, "--covariates",
                    self.write("cov.tsv", COVARIATES))


if __name__ == "__main__":
    harness.main()
