"""What one line of a table says: its label, its values in their columns, several rows in one."""
