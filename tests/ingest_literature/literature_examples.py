"""A small manifest and table that tests change one thing in."""

MANIFEST = """
document:
  document_id: example
  allocation: randomised
  indication: GIST
  drug: imatinib
  has_toxicity_results: true
  document_priority: 1
trial_id: T1
grading_system: {edition: CTC v2.0, basis: stated}
arms:
  - {id: low, label: 400 mg, dose_mg_per_day: 400, n_at_risk: 73}
  - {id: high, label: 600 mg, dose_mg_per_day: 600, n_at_risk: 74}
tables:
"""
TABLE = """
  - label: Table 1
    file: table_1.tsv
    attribution: related
    header_rows: 1
    columns:
      - {number: 2, arm: low, grades: any}
      - {number: 3, arm: high, grades: any}
"""
