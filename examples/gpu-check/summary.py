"""Prints a table of tokens/s of puzzle4j beside PyTorch eager from results.jsonl."""

import collections
import json
import statistics
import sys

rates = collections.defaultdict(list)
for line in open(sys.argv[1]):
    entry = json.loads(line)
    program, _, rest = entry["step"].partition("-")
    if program in ("distill", "eager") and entry["exit_code"] == 0:
        rates[rest.rpartition("-")[0], program].append(entry["answer"]["tokens_per_second"])

print("| block | puzzle4j, tokens/s | PyTorch eager, tokens/s | ratio |")
print("|---|---|---|---|")
for block in dict.fromkeys(block for block, _ in rates):
    ours, eager = (rates[block, program] for program in ("distill", "eager"))
    if ours and eager:
        ratio = statistics.median(o / e for o, e in zip(ours, eager))
        print(f"| {block} | {statistics.median(ours):,.0f} | {statistics.median(eager):,.0f} | {ratio:.2f} |")
