"""A simulator of trials whose truth is known, printed as sources print them, to test what the pipeline concludes."""
