"""What the `deskhand` command asks of a running Deskhand: each operation once, over HTTP."""
