"""What a request carries, read by its model; what does not fit is named."""

from typing import TypeVar

from flask import request
from pydantic import BaseModel, ValidationError

from common import canonical
from common.errors import HanseError
from common.http.models import JSON
from common.http.problems import HttpErrors, fields_refused

# A type variable per function would need PEP 695; the baseline is Python 3.11.
ModelT = TypeVar("ModelT", bound=BaseModel)


def bearer() -> str:
    """Return the token that the request shows; empty when it shows none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def read_query(model: type[ModelT], errors: HttpErrors) -> ModelT:
    """Read the query string."""
    values = request.args.to_dict(flat=False)
    twice = [name for name, given in values.items() if len(given) > 1]
    if twice:
        raise errors.bad_request(f"query: {twice[0]} is given twice")
    try:
        return model.model_validate({name: given[0] for name, given in values.items()})
    except ValidationError as problem:
        raise errors.fields(fields_refused(problem, "query")) from problem


def read_content(most_bytes: int, errors: HttpErrors) -> bytes:
    """Read the bytes of a JSON body; nothing at all is allowed, too, and stands for no fields."""
    length, most_of_all = request.content_length or 0, request.max_content_length
    too_long = most_bytes < length and (most_of_all is None or length <= most_of_all)
    # What is beyond the application's own limit is a 413 of Flask's.
    content = b"" if too_long else request.get_data(cache=False)
    if too_long or len(content) > most_bytes:
        raise errors.bad_request(f"a JSON body has at most {most_bytes} bytes")
    if content and request.mimetype != JSON:
        raise errors.media_type(f"{request.mimetype or 'no type'}; this operation takes {JSON}")
    return content


def read_body(model: type[ModelT], content: bytes, errors: HttpErrors) -> ModelT:
    """Read a JSON body: no key twice, no NaN, not nested too deep."""
    try:
        content.decode()
        told = canonical.loads(content or b"{}")
        if b"\\u" in content:
            canonical.dumps(told)  # refuses half of a surrogate pair, which no text can carry on
        return model.model_validate(told)
    except UnicodeDecodeError as problem:
        raise errors.bad_request("the body is not UTF-8") from problem
    except ValidationError as problem:
        raise errors.fields(fields_refused(problem)) from problem
    except HanseError as problem:
        raise errors.bad_request(f"the body: {problem.detail}") from problem
