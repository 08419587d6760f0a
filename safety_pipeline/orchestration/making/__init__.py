"""What each table is made of and when it is out of date, whole or in blocks; without Dagster."""
