"""What medicine says, as data files, and the readers that prove their keys."""
