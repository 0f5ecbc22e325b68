import pytest

from stockcoop.kernel import canonical


class TestEncode:
    def test_does_not_depend_on_the_order_of_keys(self) -> None:
        assert canonical.encode({"b": 1, "a": [True, None]}) == b'{"a":[true,null],"b":1}'

    def test_writes_letters_of_any_script_as_utf_8(self) -> None:
        assert canonical.encode("é漢") == '"é漢"'.encode()

    @pytest.mark.parametrize("value", [1.5, {1: "a"}, {"a": {"b": 2.0}}, object(), b"raw"])
    def test_refuses_what_has_no_single_form(self, value: object) -> None:
        with pytest.raises(TypeError):
            canonical.encode(value)  # type: ignore[arg-type]

    def test_digest_is_the_sha_256_of_the_bytes(self) -> None:
        # printf '{"a":1}' | sha256sum
        assert canonical.digest({"a": 1}) == (
            "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
        )
