"""Pages keep their prose, and plots have every line that was measured at several sizes."""

import itertools
from xml.etree import ElementTree as ET

import pytest

from benchmarks import page
from benchmarks.measure import Row
from benchmarks.plot import loglog, plots

ABOUT = {"processor": "abacus", "cores": 1, "arithmetic": "portable", "python": "3.11", "load": [0.1, 0.2, 0.3]}
SVG = "{http://www.w3.org/2000/svg}"


def _rows():
    return [
        Row(f"training, {n:,} rows × 10 + 10 columns", n / 100, n / 10, 0.1, unit, 0.0, "the peer", "lower")
        for unit in ("ms", "B")
        for n in (1_000, 10_000, 1_000_000)
    ] + [Row("training, 500 rows × 3 + 3 columns", 1.0, 2.0, 0.5, "ms", 0.0, "the peer", "lower")]


def test_a_page_is_made_and_renewed_with_its_prose(tmp_path):
    written = page.write("trees", _rows(), ABOUT, (1, 2, 3), tmp_path)
    text = written.read_text("utf-8")
    assert "abacus, 1 cores" in text
    assert "0.1 0.2 0.3 and 1 2 3" in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["trees-bytes.svg", "trees-time.svg", "trees.md"]
    written.write_text(
        text.replace("# Benchmark", "Why we do this.\n\n# Benchmark") + "\nWhat to make of it.\n", "utf-8"
    )
    page.write("trees", _rows()[:1], ABOUT, (1, 2, 3), tmp_path)
    again = written.read_text("utf-8")
    assert again.startswith("Why we do this.")
    assert again.endswith("What to make of it.\n")
    assert "1,000 rows" in again
    assert "10,000 rows" not in again


def test_a_page_without_a_place_is_left_alone(tmp_path):
    (tmp_path / "trees.md").write_text("prose", "utf-8")
    with pytest.raises(ValueError, match="no place"):
        page.write("trees", _rows(), ABOUT, (1, 2, 3), tmp_path)
    assert (tmp_path / "trees.md").read_text("utf-8") == "prose"


def test_lines_have_a_point_for_each_size_and_both_axes_are_logarithmic():
    drawn = plots("trees", _rows())
    assert set(drawn) == {"time", "bytes"}
    root = ET.fromstring(drawn["time"])  # noqa: S314 - our own
    lines = [
        [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
        for line in root.iter(f"{SVG}polyline")
    ]
    assert [len(line) for line in lines] == [3, 3]
    (x0, y0), (x1, y1), (x2, y2) = lines[0]
    assert x2 - x1 == pytest.approx(2 * (x1 - x0), abs=0.2)
    assert y1 - y2 == pytest.approx(2 * (y0 - y1), abs=0.2)
    assert lines[1][0][1] < y0, "ten times as much stands higher"
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"ours: training", "the peer", "rows", "seconds", "10,000"} <= set(texts)


def test_names_at_one_height_are_moved_apart():
    root = ET.fromstring(loglog("t", "x", "y", {name: [(1, 5), (10, 50)] for name in "abc"}))  # noqa: S314 - our own
    heights = [float(text.attrib["y"]) for text in root.iter(f"{SVG}text") if text.text in "abc"]
    assert sorted(heights) == heights
    assert all(after - before >= 15 for before, after in itertools.pairwise(heights))
