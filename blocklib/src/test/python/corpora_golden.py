"""Writes src/test/resources/golden/corpora: corpora as other tools write them, and rows.json, what is
in them. Run in blocklib/ with pyarrow >= 20 and the commands gzip and zstd:
python src/test/python/corpora_golden.py
"""

import json
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

FOLDER = Path("src/test/resources/golden/corpora")
TEXTS = [f"Text number {i}: naïve 東京 🙂\nline {'x' * (i % 7)}" for i in range(40)]
IDS = [[i, 2 * i, 7] for i in range(1, 30)]
CHATS = [
    [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello\n"}],
    [
        {"role": "user", "content": "w"},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "function": {"name": "f"}}]},
        {"role": "tool", "content": "22"},
    ],
]


def without_nulls(value):
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def write_arrow():
    """As save_to_disk of datasets writes them: streams in batches, without compression; and files with a footer."""
    table = pa.table({"id": range(40), "none": [None] * 40, "text": TEXTS, "score": [0.5] * 40, "raw": [b"x"] * 40})
    extra = pa.array(["u", "v"] * 20).dictionary_encode()
    runs = pa.array([[1, 2]] * 40, pa.list_(pa.int16(), 2))
    table = table.append_column("kind", extra).append_column("pair", runs).append_column("view", pa.array(["long enough to be apart"] * 40, pa.string_view()))
    large = table.set_column(2, "text", table["text"].cast(pa.large_string()))
    for name, data in (
        ("text", table),
        ("large", large.append_column("task", pa.array([None] * 40))),
        ("ids", pa.table({"input_ids": pa.array(IDS, pa.large_list(pa.int64()))})),
        ("chats", pa.table({"messages": CHATS, "source": ["a", "b"]})),
    ):
        with pa.OSFile(str(FOLDER / f"{name}.arrow"), "wb") as sink, pa.ipc.new_stream(sink, data.schema) as writer:
            writer.write_table(data, max_chunksize=16)
    for codec in ("lz4", "zstd", "uncompressed"):
        feather.write_feather(table.drop_columns(["view"]), str(FOLDER / f"{codec}.feather"), compression=codec, chunksize=16)


def main():
    write_arrow()
    table = pa.table({"id": range(40), "text": TEXTS, "score": [0.5] * 40})
    pq.write_table(table, FOLDER / "text.parquet", compression="zstd", row_group_size=16)
    ids = pa.table({"input_ids": pa.array(IDS, pa.list_(pa.int32())), "attention_mask": [[1, 1, 1]] * len(IDS)})
    pq.write_table(ids, FOLDER / "ids.parquet", compression="gzip")
    pq.write_table(pa.table({"messages": CHATS, "source": ["a", "b"]}), FOLDER / "chats.parquet", compression="snappy")
    lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in TEXTS)
    for command, ending in (("gzip -9n", "gz"), ("zstd -q -19", "zst")):
        packed = subprocess.run(f"{command} -c".split(), input=lines.encode(), capture_output=True, check=True)
        (FOLDER / f"text.jsonl.{ending}").write_bytes(packed.stdout)
    rows = {"texts": TEXTS, "ids": IDS, "chats": without_nulls(CHATS)}
    (FOLDER / "rows.json").write_text(json.dumps(rows, indent=1) + "\n")


main()
