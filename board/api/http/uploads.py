"""Uploads in pieces, which go on after a cut or a reload."""

from typing import Annotated

from flask import request
from pydantic import Field

from board.api.http.data_sets import BINARY, Line, chunks_of_body
from board.api.http.operation import Fields, Reply, Resource, View
from board.domain.accounts import Account
from board.domain.errors import LengthRequired, TooLarge, WrongMediaType
from board.service.uploads import Uploads

Digest = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
_PIECE = 64 << 20


class NewUpload(Fields):
    """A file that will come in pieces."""

    file_name: Annotated[Line, Field(min_length=1)] = Field(description="Its ending tells CSV, Parquet or Excel.")
    total_bytes: Annotated[int, Field(ge=1, lt=2**53)]
    sha256: Digest = Field(default="", description="Of the whole file, hexadecimal; empty: not known.")


class PieceQuery(Fields):
    """Where a piece belongs."""

    offset: int = Field(ge=0, lt=2**53, description="Must be what has arrived so far.")
    sha256: Digest = Field(default="", description="Of this piece; without it a piece that is cut off is kept.")


class UploadView(View):
    """How far an upload is."""

    upload: str
    file_name: str
    total_bytes: int
    received: int
    sha256: str = Field(description="Of the whole, when it is there.")
    expires_ms: int


def uploads(service: Uploads, most_bytes: int) -> Resource:
    """Make the resource."""
    resource = Resource("uploads")

    @resource.operation("POST", "/uploads", "Begin an upload in pieces", answer=UploadView, status=201, idempotent=True)
    def create(account: Account, body: NewUpload) -> Reply:
        if body.total_bytes > most_bytes:
            raise TooLarge(f"the file has {body.total_bytes} bytes; the limit is {most_bytes}")
        begun = service.begin(account.account, body.file_name, body.total_bytes, body.sha256)
        return Reply(begun, f"/uploads/{begun.upload}")

    @resource.operation("GET", "/uploads/{upload}", "How far an upload is", answer=UploadView)
    def show(upload: str, account: Account) -> object:
        return service.find(account.account, upload)

    @resource.operation("PUT", "/uploads/{upload}/content", "Send the next piece", answer=UploadView, raw_body=True)
    def put(upload: str, account: Account, query: PieceQuery) -> object:
        length = request.content_length
        if length is None:
            raise LengthRequired
        if length > _PIECE:
            raise TooLarge(f"a piece has at most {_PIECE} bytes")
        if request.mimetype != BINARY:
            raise WrongMediaType(f"{request.mimetype or 'no type'}; a piece is {BINARY}")
        return service.put(account.account, upload, query.offset, query.sha256, chunks_of_body())

    @resource.operation("DELETE", "/uploads/{upload}", "Delete an upload")
    def drop(upload: str, account: Account) -> None:
        service.drop(account.account, upload)

    return resource
