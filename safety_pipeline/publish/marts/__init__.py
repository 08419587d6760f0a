"""The marts: flat tables for charts, each row the answer to one question, in numbers to draw and words to read."""
