"""The pages: each function answers one address with a page."""
