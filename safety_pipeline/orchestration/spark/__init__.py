"""The tables of deliveries and trials made in a Spark cluster; the only place that starts Spark."""
