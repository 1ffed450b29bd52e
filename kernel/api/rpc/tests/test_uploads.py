"""What lies in an opened folder is looked at when it is read, not only when it is named."""

from pathlib import Path
from typing import Any

import pytest

from common.errors import NotFound
from kernel.api.rpc.uploads import UploadServicer
from kernel.service.data_sets import DataSets
from kernel.service.folders import Folders
from kernel.service.uploads import Uploads
from kernel.store.layout import Layout
from proto.kernel.v1 import kernel_pb2 as pb


def test_a_file_that_waits_is_looked_at_again_before_it_is_read(tmp_path: Path) -> None:
    opened, secret = tmp_path / "opened", tmp_path / "secret.csv"
    opened.mkdir()
    secret.write_text("id,x\n1,secret\n")
    (opened / "a.csv").write_text("id,x\n1,2\n")
    layout = Layout(tmp_path / "kernel")
    servicer = UploadServicer(
        DataSets(layout, 1, 1 << 20), Uploads(layout, 1 << 20, 1 << 20), Folders((opened,)), databases={}
    )
    context: Any = None
    servicer.StagePath(pb.StagePathRequest(upload="up-1", path=str(opened / "a.csv")), context)
    assert b'"x"' in servicer.Detect(pb.DetectRequest(upload="up-1"), context).found
    (opened / "a.csv").unlink()
    (opened / "a.csv").symlink_to(secret)
    with pytest.raises(NotFound):
        servicer.Detect(pb.DetectRequest(upload="up-1"), context)
    with pytest.raises(NotFound):
        servicer.ImportUpload(
            pb.ImportUploadRequest(upload="up-1", header=pb.ImportHeader(data_set="ds-1", name="x")), context
        )
