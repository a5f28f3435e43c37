"""What leaves the printer: labels, contact sheets and lists, over one page toolkit.

Everything here takes plain data and makes a PDF; no database and no window is known. Adding a kind of print: one
file that draws on `page.Pages`, with a frozen dataclass as its input.
"""
