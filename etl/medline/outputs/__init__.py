"""What leaves the warehouse: feeds, exported tables, the dashboard, citations in other formats."""
