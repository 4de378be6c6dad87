"""Where servers listen."""

import pytest

from pipeline.errors import SettingsError
from pipeline.listening import address


@pytest.mark.parametrize(
    ("listen", "found"),
    [("127.0.0.1:8088", ("127.0.0.1", 8088)), ("[::1]:0", ("::1", 0)), ("localhost:1", ("localhost", 1))],
)
def test_an_address_is_host_and_port(listen: str, found: tuple[str, int]) -> None:
    assert address(listen, option="--listen", example="localhost:1") == found


@pytest.mark.parametrize(
    "listen",
    ["", "8088", ":8088", "localhost", "localhost:", "localhost:x", "localhost:65536", "localhost:99999", "h:²"],
)
def test_anything_else_is_said_with_the_option_and_an_example(listen: str) -> None:
    with pytest.raises(SettingsError, match="^--listen .* is no host:port, such as localhost:1$"):
        address(listen, option="--listen", example="localhost:1")
