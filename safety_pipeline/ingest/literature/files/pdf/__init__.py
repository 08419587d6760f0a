"""Tables of PDF files: found by the places of letters and rules, read in a process of its own."""
