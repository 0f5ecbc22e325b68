"""What must hold when everything is killed, cut off and raced: `make torture`."""
