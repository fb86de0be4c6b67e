"""`make demo`: a whole sale from the basket to the last cent, on a running Metco, with every figure checked."""
