package io.github.puzzle4j.search.verify;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.export.verify.PythonRun;
import io.github.puzzle4j.scoring.quality.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/**
 * Checks of an exported model: that it is read again, computes what it was made from, and computes
 * the same elsewhere.
 *
 * @param model a folder or a GGUF file
 * @param against what it should compute, if that is at hand
 * @param python an interpreter with Transformers, vLLM or both, to load a folder there
 */
public record Verification(Path model, Optional<Path> against, Optional<Path> python) {

  private static final int PROMPT_TOKENS = 8;
  private static final int NEW_TOKENS = 16;
  private static final int DRAWN_ROWS = 4;
  private static final int DRAWN_TOKENS = 48;

  /**
   * Makes all checks.
   *
   * @param rows token ids, by the model that was read; at least two in a row
   */
  public List<Finding> run(DeviceMemory memory, Rows rows)
      throws IOException, InterruptedException {
    List<Finding> findings = new ArrayList<>();
    try (OwnModel own = OwnModel.open(memory, model)) {
      Model shape = own.folder().model();
      findings.add(
          Finding.passed(
              "read",
              "%s of %d layers, %,d parameters in %s, all of them finite"
                  .formatted(
                      shape.common().family(),
                      shape.layers().size(),
                      shape.parameters(),
                      own.types())));
      List<List<Integer>> ids = rows.of(own.folder());
      double loss = own.evaluate(ids, Optional.empty()).loss().mean();
      findings.add(reference(memory, own, ids));
      if (GgufFile.isOne(model)) {
        findings.add(new LlamaCppCheck(model, own, ids, loss).run());
      } else {
        for (PythonRun.Engine engine : PythonRun.Engine.values()) {
          findings.add(inPython(engine, own, ids, loss));
        }
      }
    } catch (InvalidInputException broken) {
      findings.add(
          Finding.failed(
              findings.isEmpty() ? "read" : "text", String.valueOf(broken.getMessage())));
    }
    return List.copyOf(findings);
  }

  private Finding reference(DeviceMemory memory, OwnModel own, List<List<Integer>> rows)
      throws IOException {
    String check = "against";
    if (against.isEmpty()) {
      return Finding.notChecked(check, "no model to compare with; name it by --against");
    }
    try (OwnModel other = OwnModel.open(memory, against.get())) {
      int vocabulary = own.folder().model().common().vocabularySize();
      int theirs = other.folder().model().common().vocabularySize();
      if (vocabulary != theirs) {
        return Finding.failed(
            check, "%d tokens, but %s has %d".formatted(vocabulary, against.get(), theirs));
      }
      Evaluation evaluation = own.evaluate(rows, Optional.of(other));
      double loss = evaluation.loss().mean();
      double expected = other.evaluate(rows, Optional.empty()).loss().mean();
      Rounding rounding = Rounding.of(own.types(), other.types());
      double divergence = evaluation.divergence().mean();
      SequencedMap<String, Double> figures =
          Finding.losses(loss, expected, rounding.lossGap(expected));
      figures.put("kl", divergence);
      figures.put("allowed_kl", rounding.divergence());
      return Finding.of(
          check,
          Math.abs(loss - expected) <= rounding.lossGap(expected)
              && divergence <= rounding.divergence(),
          "LM loss %.6f, of the reference %.6f; KL %.2e".formatted(loss, expected, divergence),
          figures);
    }
  }

  private Finding inPython(
      PythonRun.Engine engine, OwnModel own, List<List<Integer>> rows, double expected)
      throws IOException, InterruptedException {
    String check = engine.id();
    if (python.isEmpty()) {
      return Finding.notChecked(check, "no Python with %s; name it by --python".formatted(check));
    }
    if (engine == PythonRun.Engine.TRANSFORMERS && isOfModelOpt()) {
      return Finding.notChecked(
          check, "it passes over ModelOpt's quantisation, and would compute something else");
    }
    List<Integer> first = rows.getFirst();
    List<Integer> prompt = first.subList(0, Math.min(PROMPT_TOKENS, first.size()));
    List<PythonRun> runs;
    try {
      runs =
          PythonRun.of(
              python.get(),
              engine,
              List.of(model),
              new PythonRun.Question(rows, prompt.size(), NEW_TOKENS));
    } catch (InvalidInputException failed) {
      return Finding.failed(check, String.valueOf(failed.getMessage()));
    }
    if (runs.isEmpty()) {
      return Finding.notChecked(check, "%s is not installed in %s".formatted(check, python.get()));
    }
    PythonRun run = runs.getFirst();
    double lead =
        run.greedy().stream()
            .mapToDouble(tokens -> largestLead(own, prompt, tokens))
            .max()
            .orElse(Double.POSITIVE_INFINITY);
    Rounding rounding = Rounding.ofActivations(own.types());
    double allowed = rounding.lossGap(expected);
    SequencedMap<String, Double> figures = Finding.losses(run.lmLoss(), expected, allowed);
    figures.put("largest_lead", lead);
    return Finding.of(
        check,
        Math.abs(run.lmLoss() - expected) <= allowed && lead <= rounding.lead(),
        "%s in %s %s: LM loss %.6f, here %.6f; %d greedy tokens%s are %s"
            .formatted(
                run.model(),
                check,
                run.version(),
                run.lmLoss(),
                expected,
                NEW_TOKENS,
                run.greedy().size() > 1 ? " with a cache and without" : "",
                lead <= rounding.lead() ? "ours" : "others"),
        figures);
  }

  private boolean isOfModelOpt() throws IOException {
    return Json.readTree(model.resolve(ConfigFile.NAME))
        .path("quantization_config")
        .path("quant_method")
        .asString("")
        .equals("modelopt");
  }

  private static double largestLead(OwnModel own, List<Integer> prompt, List<Integer> tokens) {
    return Collections.max(own.leads(prompt, tokens));
  }

  /** Says what a model is asked about. */
  @FunctionalInterface
  public interface Rows {

    /** Rows for a model, whose tokenizer may read them. */
    List<List<Integer>> of(ModelFolder folder) throws IOException;

    /** A few rows of random tokens, always the same. */
    static Rows drawn() {
      return folder -> {
        int vocabulary = folder.model().common().vocabularySize();
        int length = Math.clamp(folder.model().common().longestContext(), 2, DRAWN_TOKENS);
        SplittableRandom random = new SplittableRandom(1);
        List<List<Integer>> rows = new ArrayList<>();
        for (int row = 0; row < DRAWN_ROWS; row++) {
          rows.add(random.ints(length, 0, vocabulary).boxed().toList());
        }
        return rows;
      };
    }
  }
}
