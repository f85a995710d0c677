"""Writes src/test/resources/golden/eval/tasks.jsonl and expected_tasks.json: questions, and what
transformers answers with the checkpoint of eval_golden.py; and expected_metrics.json: metrics of that
model against its teacher.

Run from search/: python src/test/python/golden_tasks.py
Made with torch 2.13, transformers 5.19 (CPU).

Likelihoods are computed as lm-evaluation-harness does (EleutherAI; LM.loglikelihood of HFLM, its
_encode_pair, and acc and acc_norm of multiple_choice): blanks at the end of the prompt belong to the
choice, prompt and choice are encoded together, and the choice has the tokens behind those of the
prompt. Texts are generated token by token from whole sequences. Metrics are computed in float64 from
float32 logits, those of hidden states from what enters the final norm.
"""

import json
import random
from pathlib import Path

import torch
from torch.nn.functional import cosine_similarity
from transformers import AutoModelForCausalLM, AutoTokenizer

FOLDER = Path("src/test/resources/golden/eval")
tokenizer = AutoTokenizer.from_pretrained(FOLDER)
model, teacher = (
    AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    for folder in (FOLDER, FOLDER / "teacher")
)

# Prompt key, prompt, choices in the form of several benchmarks.
CHOICES = [
    {"task": "arc", "question": "Who sat on the mat?", "choices": {"text": ["the cat", "a hat", "nobody at all"], "label": ["A", "B", "C"]}, "answerKey": "A"},
    {"task": "arc", "question": "7+5=", "choices": {"text": ["11", "12", "13"], "label": ["1", "2", "3"]}, "answerKey": "2"},
    {"task": "hellaswag", "ctx": "The cat sat on ", "endings": ["the mat.", "7+5=12", "naïve café", "東京"], "label": "2"},
    {"task": "hellaswag", "ctx": "Naïve ", "endings": [" café", "the hat", "cat"], "label": 1},
    {"task": "mmlu", "question": "Where?", "choices": ["on the mat", "in 東京", "x"], "answer": 2},
    {"task": "mmlu", "question": "Which?", "choices": ["one", "the other one, which is longer"], "answer": "B"},
    {"task": "piqa", "goal": "To sit,", "sol1": "find a mat", "sol2": "🙂", "label": 0},
    {"prompt": "hat", "choices": ["cat", "mat"], "answer": "mat"},
]
RIGHT = [0, 1, 2, 1, 2, 1, 0, 1]
WORDS = "the cat sat on mat who has hat naïve café 東京 7+5=12; 9-4=5; 🙂 a of it is not".split()
random.seed(3)
PROMPTS = ["The cat", "7+5=", "hat on", "Who has", "sat", "mat. mat."]


def texts(row):
    prompt = next(row[key] for key in ("prompt", "ctx", "question", "goal") if key in row)
    choices = row.get("choices", row.get("endings"))
    if choices is None:
        choices = [row["sol1"], row["sol2"]]
    return prompt, choices["text"] if isinstance(choices, dict) else choices


def likelihood(prompt, choice):
    continuation = choice if choice[:1].isspace() or prompt[-1:].isspace() else " " + choice
    blanks = len(prompt) - len(prompt.rstrip())
    if blanks:
        continuation = prompt[-blanks:] + continuation
        prompt = prompt[:-blanks]
    whole, context = (tokenizer(text).input_ids for text in (prompt + continuation, prompt))
    with torch.no_grad():
        log = model(torch.tensor([whole])).logits[0, :-1].double().log_softmax(-1)
    ids = torch.tensor(whole[1:])
    return log.gather(1, ids[:, None])[len(context) - 1 :].sum().item()


def generated(prompt, most, stops):
    ids = tokenizer(prompt).input_ids
    begin = len(ids)
    while len(ids) < begin + most:
        with torch.no_grad():
            token = model(torch.tensor([ids])).logits[0, -1].argmax().item()
        if token == model.config.eos_token_id:
            break
        ids.append(token)
        text = tokenizer.decode(ids[begin:])
        if any(stop in text for stop in stops):
            break
    text = tokenizer.decode(ids[begin:])
    return text[: min([len(text)] + [text.index(stop) for stop in stops if stop in text])].strip()


def rows_and_expected():
    rows, counts = list(CHOICES), {}
    for row, right in zip(CHOICES, RIGHT):
        prompt, choices = texts(row)
        sums = [likelihood(prompt, choice) for choice in choices]
        normed = [value / len(choice) for value, choice in zip(sums, choices)]
        one = counts.setdefault(row.get("task", "tasks"), dict(kind="multiple_choice", right=0, right_by_length=0, asked=0))
        one["right"] += sums.index(max(sums)) == right
        one["right_by_length"] += normed.index(max(normed)) == right
        one["asked"] += 1
    for i in range(16):
        words = random.sample(WORDS, 6)
        row = {"task": f"drawn-{i}", "prompt": " ".join(words[:2]), "choices": [words[2], " ".join(words[3:5]), words[5]]}
        prompt, choices = texts(row)
        sums = [likelihood(prompt, choice) for choice in choices]
        normed = [value / len(choice) for value, choice in zip(sums, choices)]
        row["answer"] = sums.index(max(sums))
        rows.append(row)
        by_length = int(normed.index(max(normed)) == row["answer"])
        counts[row["task"]] = dict(kind="multiple_choice", right=1, right_by_length=by_length, asked=1)
    for i, prompt in enumerate(PROMPTS):
        stops = ["\n"] if i % 2 else [" ", "\n"]
        answer = generated(prompt, 8 + i, stops)
        row = {"task": "write", "prompt": prompt, "max_tokens": 8 + i, "reference": answer}
        if i % 2 == 0:
            row["stop"] = stops
        if i % 3 == 0:
            row["reference"] = [answer + "?", "  " + answer + " "]
        if i == 4:
            row["reference"] = answer + "!"
        rows.append(row)
        one = counts.setdefault("write", dict(kind="exact_match", right=0, asked=0))
        one["right"] += i != 4
        one["asked"] += 1
    return rows, counts


def states(which, ids):
    kept = []
    hook = which.model.norm.register_forward_pre_hook(lambda _, inputs: kept.append(inputs[0]))
    with torch.no_grad():
        logits = which(torch.tensor([ids])).logits[0, :-1].double()
    hook.remove()
    return logits, kept[0][0, :-1].double()


def metrics():
    values = {}
    for line in (FOLDER / "rows.jsonl").read_text().splitlines():
        row = json.loads(line)
        ids = row["input_ids"] if "input_ids" in row else tokenizer(row["text"]).input_ids
        if len(ids) < 2:
            continue
        (ours, g), (theirs, h) = states(model, ids), states(teacher, ids)
        log_q, log_p = ours.log_softmax(-1), theirs.log_softmax(-1)
        q, p = log_q.exp(), log_p.exp()
        m = ((p + q) / 2).log()
        for name, value in {
            "reverse_kl": (q * (log_q - log_p)).sum(-1),
            "js": ((p * (log_p - m)).sum(-1) + (q * (log_q - m)).sum(-1)) / 2,
            "tv": (p - q).abs().sum(-1) / 2,
            "agreement": (ours.argmax(-1) == theirs.argmax(-1)).double(),
            "cosine": cosine_similarity(g, h, dim=-1),
            "nmse": (g - h).square().sum(-1) / h.square().sum(-1),
        }.items():
            values.setdefault(name, []).append(value)
    return {name: torch.cat(parts).mean().item() for name, parts in values.items()}


rows, expected = rows_and_expected()
(FOLDER / "tasks.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
(FOLDER / "expected_tasks.json").write_text(json.dumps(expected, indent=1) + "\n")
(FOLDER / "expected_metrics.json").write_text(json.dumps(metrics(), indent=1) + "\n")
