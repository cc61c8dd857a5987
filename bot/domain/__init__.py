"""What the product speaks of: frozen dataclasses without behaviour that needs I/O."""
