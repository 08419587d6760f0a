"""What each line is: an event, a section, a heading, a line of an arm."""
