"""Printed layouts of real tables, made and read again: how many cells come out right, refused or wrong."""
