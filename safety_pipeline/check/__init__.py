"""Row rules, and the Great Expectations suites that keep our own promises."""
