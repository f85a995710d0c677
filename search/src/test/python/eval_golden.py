"""Writes src/test/resources/golden/eval: a tiny checkpoint with a tokenizer, rows of text and of
token ids, and what transformers measures on them.

Run from search/: python src/test/python/eval_golden.py
Made with torch 2.13, transformers 5.17 (CPU).

expected.json: lm_loss is the mean negative log likelihood over all predicted tokens of all rows,
each row run alone through LlamaForCausalLM in float32; standard_error takes whole rows as sampled
(ratio estimator); top1, top5 and top10 count the right tokens among the likeliest. Texts are
encoded by AutoTokenizer, with the begin token that it puts before them. Two rows follow the model:
the likeliest token each time, but one answer with a wrong token; and tokens drawn from it. kl is from the same model
with noise on its weights, which is checked in as teacher/.
"""

import json
import shutil
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

TOKENIZER = Path("../blocklib/src/test/resources/golden/tokenizer")
FOLDER = Path("src/test/resources/golden/eval")
ROWS = [
    {"text": "The cat sat on the mat. Who has the hat?", "task": "story"},
    {"text": "naïve café: 東京 🙂", "task": "story"},
    {"text": "7+5=12;9-4=5;", "task": "sums", "answers": [[4, 6], [11, 12]]},
    {"input_ids": [278, 5, 17, 200, 33, 8, 279]},
    {"input_ids": [40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52]},
    {"input_ids": [278]},
]


def checkpoints():
    torch.manual_seed(5)
    config = LlamaConfig(
        vocab_size=280,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=64,
        rms_norm_eps=1e-5,
        initializer_range=0.3,
        bos_token_id=278,
        eos_token_id=279,
        tie_word_embeddings=True,
        rope_theta=1000.0,
    )
    shutil.rmtree(FOLDER, ignore_errors=True)
    model = LlamaForCausalLM(config).to(torch.bfloat16)
    model.save_pretrained(FOLDER)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    model.save_pretrained(FOLDER / "teacher")
    for folder in (FOLDER, FOLDER / "teacher"):
        (folder / "generation_config.json").unlink()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(TOKENIZER / name, FOLDER / name)


def following_rows(model):
    """A greedy row with one right and one wrong answer, and a row of draws."""
    torch.manual_seed(6)
    greedy, drawn = [278, 5], [278, 6]
    for _ in range(20):
        with torch.no_grad():
            greedy.append(model(torch.tensor([greedy])).logits[0, -1].argmax().item())
            chances = model(torch.tensor([drawn])).logits[0, -1].softmax(-1)
            drawn.append(torch.multinomial(chances, 1).item())
    greedy[11] = (greedy[11] + 1) % 278
    return [
        {"input_ids": greedy, "task": "follow", "answers": [[4, 7], [10, 12]]},
        {"input_ids": drawn},
    ]


def main():
    checkpoints()
    ROWS.extend(following_rows(AutoModelForCausalLM.from_pretrained(FOLDER, dtype=torch.float32)))
    rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    (FOLDER / "rows.jsonl").write_text(rows)
    tokenizer = AutoTokenizer.from_pretrained(FOLDER)
    model, teacher = (
        AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
        for folder in (FOLDER, FOLDER / "teacher")
    )
    losses, divergences, ranks = [], [], []
    for row in ROWS:
        ids = torch.tensor([row["input_ids"] if "input_ids" in row else tokenizer(row["text"]).input_ids])
        with torch.no_grad():
            log, reference = (m(ids).logits[0, :-1].double().log_softmax(-1) for m in (model, teacher))
        chosen = log.gather(1, ids[0, 1:, None])
        losses.append(-chosen[:, 0])
        divergences.append((reference.exp() * (reference - log)).sum(-1))
        ranks.append((log > chosen).sum(-1))
    rank = torch.cat(ranks)

    def score(rows_of_values):
        values = torch.cat(rows_of_values)
        used = [v for v in rows_of_values if len(v)]
        residuals = torch.stack([(v - values.mean()).sum() for v in used])
        error = (residuals.square().sum() * len(used) / (len(used) - 1)).sqrt() / len(values)
        return {"mean": values.mean().item(), "standard_error": error.item()}

    expected = {
        "lm_loss": score(losses),
        "tokens": len(rank),
        **{f"top{k}": (rank < k).double().mean().item() for k in (1, 5, 10)},
        "kl": score(divergences),
    }
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


main()
