"""The catalogue of errors."""

import pytest

from common.errors import HanseError, InvalidInput, NotFound, RemoteError, catalogue, error_from


def test_error_from_known_code_rebuilds_class() -> None:
    error = error_from("HAN-1002", "no such job", "look again", party="bank", component="psi")
    assert isinstance(error, NotFound)
    assert (error.detail, error.hint, error.party, error.component) == ("no such job", "look again", "bank", "psi")


def test_error_from_unknown_code_keeps_code_and_status() -> None:
    error = error_from("HAN-4999", "odd", "do this", status="NOT_FOUND")
    assert isinstance(error, RemoteError)
    assert (error.code, error.status, error.http) == ("HAN-4999", "NOT_FOUND", 404)
    assert RemoteError.code == "HAN-1010"


def test_codes_are_unique() -> None:
    with pytest.raises(TypeError, match="both claim"):

        class Other(HanseError):
            code = "HAN-1001"

    assert catalogue()["HAN-1001"] is InvalidInput


def test_class_without_code_is_refused() -> None:
    with pytest.raises(TypeError, match="code of its own"):

        class Nameless(InvalidInput):
            pass


def test_public_form_has_no_detail() -> None:
    error = InvalidInput("row 17 of accounts.csv is ragged")
    assert error.public().detail == InvalidInput.title
    assert InvalidInput("x", public_detail="a row is ragged").public().detail == "a row is ragged"


def test_problem_leaves_out_empty_members() -> None:
    problem = NotFound("no job j1").problem(request_id="r")
    assert problem["status"] == 404
    assert problem["request_id"] == "r"
    assert "party" not in problem
