"""Official files that a user holds and brings into a lake of their own; none ships."""
