"""What both the process that opens a PDF and the one that asks it have to know; nothing here loads a PDF library."""

import re

MOST_PAGES = 300
# Why nothing of a file can be read.
NO_TEXT, LOCKED, BROKEN, MANY_PAGES = "no text", "locked", "broken", "many pages"
# How the title of a table begins.
CAPTION = re.compile(r"(?:supplementary |appendix )?table\s+\w{1,4}\b", re.IGNORECASE)
