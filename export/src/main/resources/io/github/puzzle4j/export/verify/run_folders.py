"""Loads exported folders by transformers or vLLM and says what they compute; a line of JSON for each.

Standard input: {"engine": "transformers" or "vllm", "folders": [DIR, ..], "rows": [[token, ..], ..],
"prompt": n, "new": n}. The LM loss is in nats per predicted token, in float32 (quantised weights in vLLM: in bf16). The first row's first
`prompt` tokens are continued greedily by `new` tokens, past an end of text; by transformers with a
cache and without one. If the engine is not installed, the answer is {"missing": true}.
"""

import gc
import importlib.util
import json
import os
import sys


def transformers_answer(folder, task):
    import torch
    import transformers

    if quantisation(folder).get("quant_method") == "modelopt":
        # It would take the numbers as they are stored, without their factors.
        raise ValueError("transformers passes over quant_method 'modelopt'")
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder, trust_remote_code=True, dtype=torch.float32, local_files_only=True
    ).eval()
    model.generation_config.eos_token_id = None
    prompt = torch.tensor([task["rows"][0][: task["prompt"]]])
    return {
        "model": type(model).__name__,
        "version": transformers.__version__,
        "lm_loss": loss(torch, model, task["rows"]),
        "greedy": [greedy(torch, model, prompt, task["new"], cache) for cache in (True, False)],
    }


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
    out = model.generate(
        prompt,
        attention_mask=torch.ones_like(prompt),
        do_sample=False,
        max_new_tokens=new,
        use_cache=use_cache,
        pad_token_id=0,
    )
    return out[0, prompt.shape[1] :].tolist()


def vllm_answer(folder, task):
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")  # GiB
    os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
    import vllm

    rows = task["rows"]
    engine = vllm.LLM(
        model=folder,
        trust_remote_code=True,
        # Kernels for quantised weights know 16 bits only.
        dtype="bfloat16" if quantisation(folder) else "float32",
        enforce_eager=True,
        max_model_len=max(map(len, rows)) + task["new"],
        disable_log_stats=True,
    )

    def generate(rows, **how):
        prompts = [{"prompt_token_ids": row} for row in rows]
        how = vllm.SamplingParams(temperature=0, ignore_eos=True, **how)
        return engine.generate(prompts, how, use_tqdm=False)

    terms = [
        step[token].logprob
        for row in generate(rows, max_tokens=1, prompt_logprobs=0)
        for token, step in zip(row.prompt_token_ids[1:], row.prompt_logprobs[1:])
    ]
    continued = generate([rows[0][: task["prompt"]]], max_tokens=task["new"])
    answer = {
        "model": engine.model_config.architecture,
        "version": vllm.__version__,
        "lm_loss": -sum(terms) / len(terms),
        "greedy": [list(continued[0].outputs[0].token_ids)],
    }
    del engine
    gc.collect()
    return answer


def quantisation(folder):
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as config:
        return json.load(config).get("quantization_config", {})


ANSWERS = {"transformers": transformers_answer, "vllm": vllm_answer}


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # engines write to standard output
    task = json.load(sys.stdin)
    for folder in task["folders"]:
        if importlib.util.find_spec(task["engine"]) is None:
            result = {"missing": True}
        else:
            try:
                result = ANSWERS[task["engine"]](folder, task)
            except Exception as failure:
                result = {"error": f"{type(failure).__name__}: {failure}"}
        print(json.dumps({"folder": folder, **result}), file=answers, flush=True)


main()
