"""The page of the documentation that shows the figures."""

import pathlib

CATALOG = pathlib.Path(__file__).resolve().parents[2] / "Sources/DurableWorkflows/DurableWorkflows.docc"
PAGE = CATALOG / "Performance.md"
IMAGES = CATALOG / "Resources"


def replace(section, text):
    """Replaces what stands between the marks `<!-- begin SECTION -->` and `<!-- end SECTION -->`."""
    begin, end = f"<!-- begin {section} -->", f"<!-- end {section} -->"
    page = PAGE.read_text()
    if begin not in page or end not in page:
        raise SystemExit(f"{PAGE} has no section '{section}'")
    head, rest = page.split(begin, 1)
    PAGE.write_text(f"{head}{begin}\n\n{text.strip()}\n\n{end}{rest.split(end, 1)[1]}")
