"""Moving house from another program: several tables and a folder of files, joined by customer number, in one step."""
