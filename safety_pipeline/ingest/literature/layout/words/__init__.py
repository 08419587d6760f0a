"""What single words of captions, headers and labels say: grades, units, attribution, population."""
