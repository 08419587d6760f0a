"""What lies in a package and what is said of it: data sets, `study.yaml`, the trial, what was refused."""
