from __future__ import annotations

import pytest

from tianmu.core.errors import InputError
from tianmu.film.asset import Asset, AssetVersion

MARA = Asset(id="character-mara", kind="character", name="MARA", versions=(AssetVersion(number=1, words="a fox"),))


def test_a_revision_is_one_more_version_in_use() -> None:
    revised = MARA.revise(AssetVersion(number=99, words="a wolf"))
    assert [version.number for version in revised.versions] == [1, 2]
    assert revised.now.words == "a wolf"
    assert revised.use(1).now.words == "a fox"
    assert MARA.now.words == "a fox"


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_version_that_is_not_there_cannot_be_used(number: int) -> None:
    with pytest.raises(InputError, match="versions 1 to 1"):
        MARA.use(number)


def test_versions_count_from_one() -> None:
    with pytest.raises(InputError, match="count from 1"):
        Asset(id="a", kind="set", name="A", versions=(AssetVersion(number=2, words="x"),))
    with pytest.raises(InputError):
        Asset(id="a", kind="set", name="A", versions=())
