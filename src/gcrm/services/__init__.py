"""What the office does: functions over the model, without any window."""
