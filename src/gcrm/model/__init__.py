"""What the office keeps: mapped classes and the rules that hold for one record."""
