"""What code can compute about the business: hours, holidays, zone."""
