"""What operators watch: metrics for Prometheus (`metrics`) and alerts (`alerts`)."""
