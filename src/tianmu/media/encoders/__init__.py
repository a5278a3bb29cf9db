"""Encoders: frames one at a time into a path that is temporary already; the caller moves it.

`formats` has one a format that films are made and looked at in; `codecs` those in which they are delivered.
The same frames and metadata give the same bytes: the number of threads is fixed where it matters, conversions run in
their bit-exact form, and no container carries a date. Metadata come checked (`media.metadata.check_metadata`); without
any, the bytes are the frames' alone.
"""

from tianmu.media.encoders.formats import SEQUENCE_FACTS, GifEncoder, Mp4Encoder, PngEncoder, WebpEncoder
from tianmu.media.encoders.picture import Encoder

__all__ = ["SEQUENCE_FACTS", "Encoder", "GifEncoder", "Mp4Encoder", "PngEncoder", "WebpEncoder"]
