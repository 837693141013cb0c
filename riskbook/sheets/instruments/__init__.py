"""The sheets of the guideline's other instruments, one module each."""
