"""What the tests of bad inputs share: a good cohort and score, of which one thing is then broken."""

import harness
from toy import ROWS, SAMPLES, records


class BadInputTest(harness.VariskTest):
    def setUp(self):
        super().setUp()
        self.vcf = self.write_vcf("cohort.vcf", SAMPLES, records())
        self.toy = self.write_score("toy.txt", ROWS, pgs_id="toy")

    def refuse_vcf(self, content, *needles, code=3, name="bad.vcf", options=()):
        path = self.write(name, content)
        return self.refuse(code, [name] + list(needles), "--variants", path, "--model", self.toy, *options)

    def refuse_records(self, changed, *needles, options=(), **header):
        return self.refuse_vcf(harness.vcf_text(SAMPLES, changed, **header), *needles, options=options)


def line_of(text, start):
    """The number of the first line that starts so."""
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.startswith(start))
