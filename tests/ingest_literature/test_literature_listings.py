"""Listings of subjects are recognised under any name, and nothing of them is shown."""

import pytest

from safety_pipeline.ingest.literature import render

LISTINGS = {
    "variables": "STUDYID,USUBJID,AETERM,AETOXGR\nX,SOMEBODY-1,Rash,2\nX,SOMEBODY-2,Edema,1\n",
    "lower case": "usubjid,arm,aept,aesev\nSOMEBODY-100,A,Rash,Mild\nSOMEBODY-101,B,Edema,Mild\n",
    "dates": "Name,Event,Began,Days\nSOMEBODY ELSE,Rash,2021-03-05,4\nSOMEBODY NEW,Edema,2021-04-05,9\n",
    "dates in words": "Name,Event,Began,Days\nSOMEBODY ELSE,Rash,05 Mar 2021,4\nSOMEBODY NEW,Edema,17-APR-2021,9\n",
    "dates without dashes": "who,what,when\nSOMEBODY,Rash,20210305\nSOMEBODY,Edema,20210405\n",
    "numbers": "Code,Event,Grade\nSOMEBODY-001,Rash,2\nSOMEBODY-002,Edema,1\nSOMEBODY-003,Edema,1\n",
    "sites": "Code,Event,Grade\n01-701-1015,Rash,2\n01-701-1023,Edema,1\n",
    "a word over them": "Subject,Event,Grade\n1001 SOMEBODY,Rash,2\n1002 SOMEBODY,Edema,1\n",
    "whole numbers": "Participant ID,SOMEBODY,Grade\n1001,Rash,2\n1002,Edema,1\n1002,Rash,1\n",
    "a word cut short": "Pat. no.,Event,Grade\n1,SOMEBODY,2\n2,Rash,1\n2,Edema,1\n",
    "a sign for number": "Pt #,Event,Grade\n1,SOMEBODY,2\n2,Rash,1\n3,Edema,1\n",
    "onset and length": "Event,Grade,Day of onset,Duration (days)\nSOMEBODY,2,12,30\nRash,1,9,14\n",
    "onset and grade": "Toxicity,Grade,Onset (week)\nSOMEBODY,2,12\nRash,1,9\n",
}
TABLES = {
    "counts": "Event,10 mg (n=30),20 mg (n=31)\nRash,3 (10.0),4 (12.9)\nEdema,1 (3.3),2 (6.5)\n",
    "laboratory": "Event,10 mg (n=30),20 mg (n=31)\nCA-125 increased,3,4\nIL-12 increased,1,2\n",
    "trials": "Study,Dose,N,Rash n (%)\nABC-301,10,30,3 (10.0)\nABC-302,20,31,4 (12.9)\n",
    "registered trials": "Study,N,Rash\nNCT00000001,30,3\nNCT00000002,31,4\n",
    "patients": "Event,Patients,%\nRash,30,10.0\nEdema,20,6.7\nCough,10,3.3\n",
    "time": "Event,Patients n (%),Median time to onset (days)\nRash,30 (10.0),12\nEdema,20 (6.7),9\n",
    "length": "Event,Grade 1,Grade 2,Duration of treatment\nRash,30,10,4\nEdema,20,6,5\n",
    "doses": "Dose (mg),Patients,Rash\n50,3,1\n100,6,2\n",
}


@pytest.mark.parametrize("name", LISTINGS)
def test_a_listing_is_refused_without_a_word_of_its_lines(drafted_or_refused, name):
    understood = drafted_or_refused(LISTINGS[name], "t.csv")
    assert understood.refusal.rule == "table_counts_patients"
    assert "SOMEBODY" not in render(understood).replace("t.csv", "")
    assert "701" not in render(understood)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_counts_is_no_listing(drafted_or_refused, name):
    understood = drafted_or_refused(TABLES[name], "t.csv")
    assert understood.refusal is None


@pytest.mark.parametrize("name", LISTINGS)
def test_a_listing_that_a_manifest_describes_is_refused_too(read_table, name):
    read = read_table(LISTINGS[name].replace(",", "\t"))
    assert read.rules == ["table_counts_patients"]
    assert read.cell.is_empty()
    assert "SOMEBODY" not in str(read.refusal.to_dicts())
