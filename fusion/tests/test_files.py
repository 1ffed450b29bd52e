"""Files, ids and key rules."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.keyfiles import KeyFileError
from common.sql import StorageFull
from fusion.domain.errors import BadFile
from fusion.domain.key_rule import KeyRule
from fusion.service.columns import texts
from fusion.service.data_sets import DataSets
from fusion.service.ids import read_ids, write_rows
from fusion.service.reading import open_file, write_table
from fusion.store.files import FileWorkFiles
from kernel.protocol.psi.port import digests_of

KEY = b"k" * 32


def known(path, columns, rule=KeyRule()):  # noqa: B008 (frozen)
    """Return the ids themselves by the definition, and what was made of them, which must be the same."""
    ids = read_ids(path, columns, rule, KEY)
    rows = zip(
        *(
            texts(column.combine_chunks()).to_pylist()
            for column in pa.parquet.read_table(path, columns=columns).columns
        ),
        strict=True,
    )
    distinct = list(dict.fromkeys(key for row in rows if (key := rule.key(row))))
    assert (ids.digests == digests_of(distinct, KEY)).all()
    return distinct, ids.places.tolist(), ids.without_id


def read(tmp_path, data, name="a.csv"):
    path = tmp_path / "file"
    path.write_bytes(data)
    write_table(open_file(path, name), name, tmp_path / "out.parquet", 1 << 30)
    return pa.parquet.read_table(tmp_path / "out.parquet")


def test_values_stay_as_they_are_written(tmp_path):
    table = read(tmp_path, b'\xef\xbb\xbfid,"town, long"\n007,"a ""b"""\n1e5,\n')
    assert table.to_pydict() == {"id": ["007", "1e5"], "town, long": ['a "b"', ""]}


@pytest.mark.parametrize("sign", [b";", b"\t"])
def test_semicolons_and_tabs_part_values_where_the_header_has_no_comma(tmp_path, sign):
    table = read(tmp_path, b'id|"a|b"\n007|1,5\n'.replace(b"|", sign))
    assert table.to_pydict() == {"id": ["007"], f"a{sign.decode()}b": ["1,5"]}
    assert read(tmp_path, b"id,a|b\n1,2|3\n".replace(b"|", sign)).column_names == ["id", f"a{sign.decode()}b"]
    assert read(tmp_path, b'"a|b"\n1|2\n'.replace(b"|", sign)).num_columns == 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b\n", "no rows"),
        (b"a,b\n1,2\n3\n", "line 3: 1 values where the header has 2"),
        (b"a,b\n1,2,3\n", "line 2: 3 values where the header has 2"),
        (b"a,b\n1,2\nx\xe9,2\n", "line 3, byte 2: 0xe9 is not UTF-8"),
        (b"a,a\n1,2\n", "column a occurs twice"),
        (b"a,\n1,2\n", "no name"),
        (b"a,b\n1,\0\n", "line 2: a zero byte"),
    ],
)
def test_bad_csv_is_told_by_line(tmp_path, data, told):
    with pytest.raises(BadFile, match=told):
        read(tmp_path, data)


def test_bad_parquet_is_told(tmp_path):
    with pytest.raises(BadFile, match="content does not"):
        read(tmp_path, b"a,b\n1,2\n", "a.parquet")
    with pytest.raises(BadFile):
        read(tmp_path, b"PAR1 and nothing of it", "a.parquet")


def test_parquet_keeps_its_types(tmp_path):
    table = pa.table({"id": pa.array([1, 2, None]), "half": [0.5, 3.0, 7.0]})
    pa.parquet.write_table(table, tmp_path / "in.parquet")
    assert read(tmp_path, (tmp_path / "in.parquet").read_bytes(), "x").schema == table.schema
    assert known(tmp_path / "in.parquet", ["id"]) == (["1", "2"], [0, 1, -1], 1)
    assert known(tmp_path / "in.parquet", ["half"])[0] == ["0.5", "3", "7"]


def test_duplicates_are_counted_and_their_rows_kept(tmp_path):
    table = pa.table({"id": ["b", " a", "b", "", "c"], "v": [1, 2, 3, 4, 5]})
    path, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pa.parquet.write_table(table, path)
    ids = read_ids(path, ["id"], KeyRule(), KEY)
    assert (len(ids.digests), ids.duplicates, ids.without_id) == (3, 1, 1)
    write_rows(path, ids, np.array([True, False, True]), target)
    assert pa.parquet.read_table(target).column("v").to_pylist() == [1, 3, 5]
    write_rows(path, ids, np.zeros(3, dtype=bool), target)
    assert pa.parquet.read_table(target).num_rows == 0


def test_rules_join_columns_without_collisions():
    rule = KeyRule(columns=2, case="lower", form="NFKC")
    assert rule.key(["A", "bc"]) != rule.key(["Ab", "c"])
    assert rule.key([" １２ ", "X"]) == rule.key(["12", "x"])
    assert rule.key(["a", " "]) == ""
    assert KeyRule(trim=False).key([" a"]) == " a"
    assert KeyRule(form="NFC").key(["e\u0301"]) == "\u00e9"
    assert KeyRule(form="none").key(["e\u0301"]) == "e\u0301"


@given(st.lists(st.text(min_size=1), min_size=2, max_size=2), st.lists(st.text(min_size=1), min_size=2, max_size=2))
def test_two_pairs_are_one_id_only_when_they_are_one(first, second):
    rule = KeyRule(columns=2, trim=False, form="none")
    assert (rule.key(first) == rule.key(second)) == (first == second)


def test_what_is_secret_is_private_encrypted_and_goes(tmp_path):
    files = FileWorkFiles(tmp_path, KEY)
    files.lock("t", "vault_seed", b"x" * 32)
    files.append("t", "sent", b"1")
    files.append("t", "sent", b"2")
    files.write("t", "in_masked_0", b"123")
    assert files.unlock("t", "vault_seed") == b"x" * 32
    assert (files.read("t", "sent"), files.sizes("t", "in_")) == (b"12", [3])
    for path in (tmp_path / "secret" / "t").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path
    assert b"xxxx" not in files.read("t", "vault_seed")
    files.write("t", "vault_other", files.read("t", "vault_seed"))
    with pytest.raises(KeyFileError):  # it is bound to its name
        files.unlock("t", "vault_other")
    with pytest.raises(KeyFileError):
        FileWorkFiles(tmp_path, b"l" * 32).unlock("t", "vault_seed")
    assert files.kept() == ["t"]
    files.forget("t")
    assert files.kept() == []
    assert files.unlock("t", "vault_seed") is None
    assert files.read("t", "sent") is None


def test_uploads_have_a_limit_and_leave_nothing(tmp_path):
    files = FileWorkFiles(tmp_path, KEY)
    with pytest.raises(BadFile, match="more than 3 bytes"):
        files.incoming(iter([b"ab", b"cd"]), 3)
    assert list((tmp_path / "incoming").iterdir()) == []


def test_rows_do_not_stay_where_the_database_has_no_room_for_their_data_set(tmp_path):
    class Full:
        def add(self, _):
            raise StorageFull("full")

        def find(self, _):
            return None

    files = FileWorkFiles(tmp_path, b"k" * 32)
    with pytest.raises(StorageFull):
        DataSets(Full(), None, files, 1000).add("n", "a.csv", [b"id\n1\n"])
    assert [path for folder in ("sets", "incoming") for path in (tmp_path / folder).iterdir()] == []
