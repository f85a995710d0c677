"""Loads exported folders by transformers and says what they compute; a line of JSON for each.

Standard input: {"folders": [DIR, ..], "rows": [[token, ..], ..], "prompt": n, "new": n}. The LM loss
is in nats per predicted token, in float32. The first row's first `prompt` tokens are continued
greedily by `new` tokens, with a cache and without one.
"""

import contextlib
import json
import sys


def loss(torch, model, rows):
    total = count = 0
    for row in rows:
        with torch.no_grad():
            logits = model(torch.tensor([row]), use_cache=False).logits[0, :-1].double()
        targets = torch.tensor(row[1:])
        total += torch.nn.functional.cross_entropy(logits, targets, reduction="sum").item()
        count += len(targets)
    return total / count


def greedy(torch, model, prompt, new, use_cache):
    ids = torch.tensor([prompt])
    out = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        do_sample=False,
        max_new_tokens=new,
        min_new_tokens=new,
        use_cache=use_cache,
        pad_token_id=0,
    )
    return out[0, len(prompt) :].tolist()


def answer(folder, task):
    import torch
    import transformers

    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder, trust_remote_code=True, dtype=torch.float32, local_files_only=True
    ).eval()
    prompt = task["rows"][0][: task["prompt"]]
    return {
        "model": type(model).__name__,
        "transformers": transformers.__version__,
        "lm_loss": loss(torch, model, task["rows"]),
        "greedy": greedy(torch, model, prompt, task["new"], True),
        "greedy_without_cache": greedy(torch, model, prompt, task["new"], False),
    }


def main():
    task = json.load(sys.stdin)
    for folder in task["folders"]:
        with contextlib.redirect_stdout(sys.stderr):
            try:
                result = answer(folder, task)
            except Exception as failure:
                result = {"error": f"{type(failure).__name__}: {failure}"}
        print(json.dumps({"folder": folder, **result}), flush=True)


main()
