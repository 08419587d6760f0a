"""Documents of different trials that look as if they reported the same patients."""

from lakes import published
from printed_tables import Printed

from safety_pipeline.reference.assessment import suspicion_rules
from safety_pipeline.summarise.doubts.suspicions import suspected_duplicates

TERMS = {"Edema": 52, "Rash": 18, "Nausea": 37, "Fatigue": 22, "Headache": 14, "Diarrhea": 29}


def report(printed, document_id, counts, *, n=73, trial_id=None, **document):
    printed.document(document_id, trial_id, **document).table().arm(f"{trial_id or document_id}.400", 400.0, n)
    for term, affected in counts.items():
        printed.cell(f"{trial_id or document_id}.400", term, "any", affected)
    return printed


def suspects(printed):
    sources = printed.sources()
    return suspected_duplicates(sources.toxicity, sources.document_use, suspicion_rules()).collect().rows()


def test_equal_counts_in_an_arm_of_equal_size_are_suspected():
    printed = report(report(Printed(), "A", TERMS), "B", TERMS)
    assert suspects(printed) == [("A", "B", 6, 6)]


def test_arms_of_another_size_are_not_suspected():
    assert suspects(report(report(Printed(), "A", TERMS), "B", TERMS, n=74)) == []


def test_documents_declared_to_hold_the_same_patients_are_not_suspected():
    assert suspects(report(report(Printed(), "A", TERMS), "B", TERMS, same_patients_as="A")) == []
    assert suspects(report(report(Printed(), "A", TERMS, trial_id="T"), "B", TERMS, trial_id="T")) == []


def test_equal_zeros_are_no_evidence():
    zeros = dict.fromkeys(TERMS, 0)
    assert suspects(report(report(Printed(), "A", zeros), "B", zeros)) == []


def test_a_few_equal_counts_among_many_are_chance():
    other = {term: affected + (term not in ("Edema", "Rash")) for term, affected in TERMS.items()}
    assert suspects(report(report(Printed(), "A", TERMS), "B", other)) == []


def test_the_shipped_documents_hold_no_undeclared_duplicate(shipped_lake):
    facts = published(shipped_lake, "fact_toxicity").lazy()
    documents = published(shipped_lake, "dim_document").lazy()
    assert suspected_duplicates(facts, documents, suspicion_rules()).collect().height == 0


def test_a_report_whose_arms_share_their_counts_is_found_among_many_of_equal_size():
    printed = report(report(Printed(), "A", TERMS), "B", TERMS)
    for number in range(10):
        report(printed, f"other_{number}", dict.fromkeys(TERMS, number))
    assert suspects(printed) == [("A", "B", 6, 6)]


def test_one_corrected_count_of_many_is_no_reason_to_be_unsuspected():
    many = {**TERMS, "Vomiting": 9, "Anorexia": 11, "Pruritus": 7, "Cough": 5, "Insomnia": 3}
    second = {**many, "Insomnia": 4}
    assert suspects(report(report(Printed(), "A", many), "B", second)) == [("A", "B", 10, 11)]
