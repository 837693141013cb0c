"""The sheets of the guideline's other instruments, a module for each."""
