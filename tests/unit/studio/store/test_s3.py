"""Media in S3-compatible storage, on a server on this machine; runs where s3fs and moto are installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tianmu.core.errors import MediaError
from tianmu.film.take import Take
from tianmu.studio.store import Store, check, export_project, import_project

pytest.importorskip("s3fs")
pytest.importorskip("moto")
pytestmark = pytest.mark.filterwarnings("ignore")  # the server's own; a person never runs it

MakeTake = Callable[..., tuple[Take, dict[str, Path]]]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server: Any = import_module("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }.items():
        monkeypatch.setenv(name, value)
    import_module("s3fs").S3FileSystem(skip_instance_cache=True).makedirs("films", exist_ok=True)
    yield "s3://films/tianmu"
    server.stop()


def test_a_store_in_s3_keeps_checks_and_travels(bucket: str, tmp_path: Path, make_take: MakeTake) -> None:
    with Store.open(tmp_path / "home", media_url=bucket) as store, Store.open(tmp_path / "elsewhere") as elsewhere:
        project = store.create_project("film")
        take = project.keep_take(*make_take())
        assert store.media.read(take.film) == make_take()[1][take.film].read_bytes()
        assert store.media.path(take.film, ".mp4").suffix == ".mp4"
        orphan = store.media.put_bytes(b"x" * 12_000_000)
        assert [finding.what for finding in check(store, mend=True).findings] == [orphan]
        assert check(store).findings == ()
        export_project(project, tmp_path / "first.tianmu")
        export_project(import_project(elsewhere, tmp_path / "first.tianmu"), tmp_path / "second.tianmu")
        assert (tmp_path / "first.tianmu").read_bytes() == (tmp_path / "second.tianmu").read_bytes()
        store.delete_project("film")
        assert list(store.media.files()) == []
        with pytest.raises(MediaError, match="missing at s3://films"):
            store.media.path(take.film)


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_is_said(tmp_path: Path) -> None:
    with Store.open(tmp_path, media_url="s3://nowhere/films") as store, pytest.raises(MediaError, match="TIANMU_MEDIA"):
        store.media.put_bytes(b"film")
