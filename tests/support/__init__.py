"""What tests and tools share: places, days, commands, and makers of workbooks."""
