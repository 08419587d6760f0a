"""From the terms and grades of one edition to those of another, and what is lost on the way."""
