"""The page of a stream in a real browser: it plays to the end, by itself, from a server of plain files."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.studio.deliver.conftest import House

from tianmu.studio.deliver.hls import write_hls
from tianmu.studio.render import silent

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = pytest.mark.skipif(
    not CHROMIUM.is_file(), reason=f"there is no browser at {CHROMIUM}: apt-get install chromium"
)

PLAYED = """async () => {
  const film = document.getElementById("film");
  const ended = new Promise((done, failed) => {
    film.addEventListener("ended", done, { once: true });
    film.addEventListener("error", () => failed(new Error(film.error.message)), { once: true });
  });
  film.muted = true;
  if (film.readyState < 1) {  // on a busy machine the page has not opened its stream yet
    await new Promise(done => film.addEventListener("loadedmetadata", done, { once: true }));
  }
  film.playbackRate = 2;
  await film.play();
  await ended;
  return {
    duration: film.duration, at: film.currentTime, width: film.videoWidth, height: film.videoHeight,
    buffered: [film.buffered.length, film.buffered.start(0), film.buffered.end(0)],
    tracks: [...film.textTracks].map(each => [each.kind, each.language, each.label]),
    told: document.getElementById("told").textContent,
    sizes: [...document.getElementById("size").options].map(each => each.text),
    dropped: film.getVideoPlaybackQuality().totalVideoFrames,
  };
}"""
CAPTIONS = """async () => {
  const track = document.querySelector("track");
  const loaded = new Promise(done => track.addEventListener("load", done, { once: true }));
  track.track.mode = "showing";
  await loaded;
  return [...track.track.cues].map(each => each.text);
}"""
SMALLER = """async () => {
  const film = document.getElementById("film"), size = document.getElementById("size");
  const resized = new Promise(done => film.addEventListener("resize", done, { once: true }));
  size.value = "1";
  size.dispatchEvent(new Event("change"));
  film.currentTime = 0;
  await film.play();
  await resized;
  return [film.videoWidth, film.videoHeight];
}"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def address(house: House, out: Path) -> Iterator[str]:
    """The stream on a server of this machine."""
    (folder,) = write_hls(house.edition, out, silent).files
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_browser_plays_it_to_the_end_and_changes_its_size(house: House, address: str) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    asked: list[str] = []
    wrong: list[str] = []
    with playwright.sync_playwright() as started:
        flags = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        page = browser.new_page()
        page.set_default_timeout(240_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        played = page.evaluate(PLAYED)
        captions = page.evaluate(CAPTIONS)
        smaller = page.evaluate(SMALLER)
        browser.close()
    cut = house.edition.cut
    seconds, frame = float(cut.num_frames / cut.fps), float(1 / cut.fps)
    assert wrong == []
    assert abs(played["duration"] - seconds) < frame, played
    assert abs(played["at"] - seconds) < frame, played
    assert played["buffered"][0] == 1, played
    assert played["buffered"][1] == 0, played
    assert (played["width"], played["height"]) == (320, 180)
    assert played["tracks"] == [["captions", "en", "English"], ["captions", "zh", "中文"]]
    assert played["sizes"] == ["320 × 180", "160 × 90"]
    assert played["told"] == ""
    assert captions == ["Good morning."]
    assert smaller == [160, 90]
    assert all(url.startswith((address, "blob:", "data:")) for url in asked), asked
