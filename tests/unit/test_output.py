from __future__ import annotations

from io import BytesIO, TextIOWrapper

import pytest
from trtc_webrecord.output import print_line


@pytest.mark.parametrize(
    ("encoding", "printed"),
    [("utf-8", "大厅 Łódź"), ("latin-1", r"\u5927\u5385 \u0141ód\u017a")],
)
def test_what_the_encoding_lacks_is_escaped(encoding: str, printed: str) -> None:
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding=encoding)
    print_line("大厅 Łódź", stream)
    assert raw.getvalue().decode(encoding) == f"{printed}\n"


def test_a_stream_that_is_closed_gets_nothing() -> None:
    stream = TextIOWrapper(BytesIO())
    stream.close()
    print_line("lost", stream)
