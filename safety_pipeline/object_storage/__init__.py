"""A lake whose root is a bucket: objects that nothing writes again, and one small manifest that is swapped."""
