"""Writes src/test/resources/golden/tokenizer/ids.json: what Hugging Face's tokenizers library makes
of our tokenizer.json. Run in blocklib/ with tokenizers >= 0.21: python src/test/python/tokenizer_golden.py
"""

import json
import random
from pathlib import Path

from tokenizers import Tokenizer

FOLDER = Path("src/test/resources/golden/tokenizer")
TEXTS = [
    "The cat sat on the mat.",
    "THE CATS' MATS; it's, IT'S, we'LL'd",
    "0 12 123 1234 1234567 1,234.5",
    " leading", "trailing  ", "a  b   c", "\n\n x\r\n\ty \n", "tab\tand\u00a0no-break\u2003space",
    "naïve café Zürich ﬁ ſ", "東京タワー", "привет мир", "مرحبا १२३", "🙂👍🏽 e\u0301",
    "f(x) = {a[0]: <b>}; // !!", "map red bird blue tree ? blue tree", "7+5=12;9*9=81;",
    "<|begin_of_text|>the<|end_of_text|>", "<|begin_of_text", "\u0000\u0001\u007f",
]


def random_texts():
    generator = random.Random(1)
    ranges = [(32, 127), (32, 127), (0, 0x250), (0x370, 0xD800), (0x1F300, 0x1F700)]
    for _ in range(40):
        length = generator.randint(1, 60)
        yield "".join(chr(generator.randrange(*generator.choice(ranges))) for _ in range(length))


def main():
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    rows = []
    for text in TEXTS + list(random_texts()):
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        begin = tokenizer.token_to_id("<|begin_of_text|>")
        assert tokenizer.encode(text).ids == [begin, *ids]
        assert tokenizer.decode(ids, skip_special_tokens=False) == text
        rows.append({"text": text, "ids": ids})
    lines = ",\n".join(json.dumps(row) for row in rows)
    (FOLDER / "ids.json").write_text("[\n" + lines + "\n]\n")


main()
