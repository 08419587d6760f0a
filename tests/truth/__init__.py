"""A simulator of trials whose truth is known, printed as sources print them, to test what the pipeline concludes.

`trial` invents patients and counts the truth; `article`, `register` and `package` print a trial as a source would;
`memory_lake` runs the real readers and stages; `law` judges what is published. `completions` tries every way in which
a tiny source can be completed, `tightness` compares, `hostile` and `publishing` see that lakes at the edges publish.
`make soundness` runs all of it (`simulation`, `tally`, `summary`).
"""
