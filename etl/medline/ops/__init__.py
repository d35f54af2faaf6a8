"""For operators: metrics for Prometheus (`metrics`), and alerts (`alerts`) by rules on these metrics."""
