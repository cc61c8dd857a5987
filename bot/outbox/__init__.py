"""Every message goes out here: one row a message, tried again, given up, recorded."""
