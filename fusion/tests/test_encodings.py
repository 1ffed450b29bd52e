"""Text files of other encodings than UTF-8: found out where that is sure, told, and refused with line and byte."""

import codecs
import subprocess
import sys
from contextlib import suppress

import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusion.domain.errors import BadFile
from fusion.service.reading import open_file, write_table

TEXT = '电话;姓名\n+86 138-0000-1111;"张三;李\n四"\n13800001112;王五€\n'
ROWS = {"电话": ["+86 138-0000-1111", "13800001112"], "姓名": ["张三;李\n四", "王五€"]}


def read(path, encoding=""):
    opened = open_file(path, path.name, encoding=encoding)
    out = path.with_suffix(".parquet")
    write_table(opened, path.name, out, 1 << 30)
    return opened.detail, pyarrow.parquet.read_table(out).to_pydict()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (TEXT.encode(), ""),
        (TEXT.encode("utf-8-sig"), ""),
        (TEXT.encode("gb18030"), "GB18030"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "UTF-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16"),
    ],
)
@pytest.mark.parametrize("block", [7, 8, 1 << 20])
def test_what_a_file_is_written_in_is_found_out_and_told(tmp_path, monkeypatch, content, told, block):
    monkeypatch.setattr("fusion.service.text_encoding._BLOCK", block)
    path = tmp_path / "in.csv"
    path.write_bytes(content)
    assert read(path) == (told, ROWS)
    said = {"": "utf-8", "GB18030": "gb18030", "UTF-16": "utf-16"}[told]
    assert read(path, said) == (told, ROWS)


def test_letters_that_are_not_in_the_first_table_need_to_be_said(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes("id\n丂丄丅\n".encode("gb18030"))  # of GBK alone: such bytes are more often another encoding's
    with pytest.raises(BadFile, match="line 2, byte 1: 0x81 is not UTF-8") as caught:
        read(path)
    assert "say its encoding" in caught.value.hint
    assert read(path, "gb18030") == ("GB18030", {"id": ["丂丄丅"]})


@pytest.mark.parametrize("text", ["id,name\n1,Müller\n2,Käthe\n", "id\nñandú\n", "naïve,x\n1,Ärzte\n"])
def test_latin_encodings_are_not_taken_for_chinese(tmp_path, text):
    path = tmp_path / "in.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadFile, match="is not UTF-8"):
        read(path)


@pytest.mark.parametrize(
    ("content", "encoding", "told"),
    [
        ("id\n中文\n".encode("gb18030") + b"x\xff\n", "gb18030", "line 3, byte 2: 0xff is not GB18030"),
        ("id\n中文\n".encode("gb18030")[:-2], "gb18030", "line 2: the file ends within a letter"),
        (TEXT.encode("utf-8-sig"), "gb18030", "byte-order mark of UTF-8, it is not GB18030"),
        (TEXT.encode("utf-16"), "utf-8", "byte-order mark of UTF-16, it is not UTF-8"),
        (TEXT.encode("utf-16-le"), "utf-16", "without the byte-order mark of UTF-16"),
        (TEXT.encode("utf-16-le"), "", "a zero byte"),
        (codecs.BOM_UTF16_LE + "id\nx\n".encode("utf-16-le") + b"\x00\xd8\n\x00", "", "0x00 is not UTF-16"),
        (codecs.BOM_UTF16_LE + "id\nx\n".encode("utf-16-le") + b"x", "", "ends within a letter"),
        (b"id\nx\n\0", "gb18030", "line 3: a zero byte"),
        (codecs.BOM_UTF16_LE, "", "no header line"),
        (b"PK\3\4", "utf-8", "only a text file"),
    ],
)
def test_what_is_not_text_is_refused_with_its_place(tmp_path, content, encoding, told):
    path = tmp_path / "in.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=told):
        read(path, encoding)


@given(
    st.sampled_from(
        [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"id,v\n", "电话\n".encode("gbk")]
    ),
    st.binary(max_size=60),
    st.sampled_from(["", "utf-8", "gb18030", "utf-16"]),
)
def test_any_bytes_are_rows_or_refused_by_name(tmp_path_factory, start, content, encoding):
    path = tmp_path_factory.mktemp("any") / "in.csv"
    path.write_bytes(start + content)
    with suppress(BadFile):
        told, columns = read(path, encoding)
        assert told in ("", "GB18030", "UTF-16")
        assert columns


_LARGE = """
import resource, sys
from pathlib import Path
from fusion.service.reading import open_file, write_table
path = Path(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
opened = open_file(path, path.name)
rows, _ = write_table(opened, path.name, path.with_suffix(".parquet"), 1 << 30)
print(rows, opened.detail, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_large_gb18030_file_passes_in_little_memory(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("w", encoding="gb18030") as stream:
        stream.write("电话,姓名\n")
        for start in range(0, 1_500_000, 10_000):
            stream.writelines(f"{13_000_000_000 + start + n},姓名{n}城市{n}的客户\n" for n in range(10_000))
    command = [sys.executable, "-c", _LARGE, str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout.split()
    assert told[:2] == ["1500000", "GB18030"]
    assert int(told[2]) < 300 << 10, f"{told[2]} KiB for a file of {path.stat().st_size} bytes"
