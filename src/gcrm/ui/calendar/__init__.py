"""The calendar: day, week, month, agenda and list (page.py), and the form of an appointment (form.py)."""
