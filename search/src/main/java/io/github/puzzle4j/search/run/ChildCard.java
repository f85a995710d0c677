package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.KvCache;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.task.Digests;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.report.Estimate;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The model card of an exported child: a {@code README.md} with the header that model hubs read. It
 * has no time and no path, so that the same search writes the same card.
 *
 * @param plan that was searched
 * @param planFile with all its defaults
 * @param model of which the files are
 * @param measured kind of the row with its quality
 * @param report of the target
 */
record ChildCard(
    SearchPlan plan, Path planFile, Model model, TargetReport.Kind measured, TargetReport report) {

  private static final String NAME = "README.md";

  /** Tells a card that may be written anew from a file that somebody else wrote. */
  private static final String MARK = "<!-- written by puzzle4j with the files beside it -->";

  private static final int WINDOWLESS = SoftmaxAttention.NO_WINDOW;

  /**
   * Writes a card into the folder of each config, unless a README of another hand is there.
   *
   * @param exported all files that were written
   */
  void write(List<Path> exported) throws IOException {
    for (Path file : exported) {
      if (file.endsWith("config.json")) {
        Path card = file.resolveSibling(NAME);
        String before = Files.exists(card) ? content(card) : MARK;
        String text = card(file);
        if (before.contains(MARK) && !before.equals(text)) {
          AtomicFile.writeString(card, text);
        }
      }
    }
  }

  private String card(Path config) throws IOException {
    TargetReport.Row child = row(measured);
    return """
    %s
    %s

    # A child of %s for %s

    Each layer has the variant that a search chose for this target: %s; %s.

    | | teacher | child |
    |---|---|---|
    %s

    Costs are %s. Quality is measured on held-out text, \u00b1 one standard error; KL is that from the teacher.
    %s
    ## Layers

    | layer | attention | KV heads | window | FFN | channels | parameters |
    |---|---|---|---|---|---|---|
    %s

    These are without the zero channels that some layouts are padded with.

    ## Serving

    %s
    ## Origin

    | | |
    |---|---|
    | SHA-256 of the plan | `%s` |
    | seeds | data %d, distill %d, uptrain %d |
    | puzzle4j | %s |
    | versions of tasks | %s |
    """
        .formatted(
            header(),
            MARK,
            teacherName(),
            report.target(),
            report.scenario(),
            report.budget(),
            comparison(row(TargetReport.Kind.TEACHER), child),
            report.costSource(),
            rounded(),
            layers(),
            commands(config),
            Digests.of(planFile),
            plan.data().seed(),
            plan.distill().seed(),
            plan.uptrain().seed(),
            version(),
            versions());
  }

  private static String content(Path file) throws IOException {
    // Whatever it is in: a card in another encoding is no reason to fail.
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private TargetReport.Row row(TargetReport.Kind kind) {
    return report.rows().stream().filter(row -> row.kind() == kind).findFirst().orElseThrow();
  }

  private String teacherName() {
    Path name = plan.teacher().path().getFileName();
    return name == null ? "the teacher" : name.toString();
  }

  /** The teacher's licence, if its own card states one, is the child's. */
  private String header() throws IOException {
    Path card = plan.teacher().path().resolve(NAME);
    List<String> lines = Files.isRegularFile(card) ? content(card).lines().toList() : List.of();
    String licence = "";
    if (!lines.isEmpty() && lines.getFirst().strip().equals("---")) {
      licence =
          lines.stream()
              .skip(1)
              .takeWhile(line -> !line.strip().equals("---"))
              .filter(line -> line.matches("license(_name|_link)?:\\s*\\S.*"))
              .map(line -> line.strip() + "\n")
              .collect(Collectors.joining());
    }
    return "---\n" + licence + "library_name: transformers\n---";
  }

  private static String comparison(TargetReport.Row teacher, TargetReport.Row child) {
    StringBuilder rows = new StringBuilder();
    add(rows, "parameters", count(teacher.sizes().parameters()), count(child.sizes().parameters()));
    add(
        rows,
        "KV cache, bytes per token",
        count(teacher.sizes().kvBytesPerToken()),
        count(child.sizes().kvBytesPerToken()));
    add(
        rows,
        "output tokens per second, predicted",
        count(Math.round(teacher.tokensPerSecond())),
        count(Math.round(child.tokensPerSecond())));
    add(
        rows,
        "memory while serving, bytes, predicted",
        count(teacher.memoryBytes()),
        count(child.memoryBytes()));
    add(rows, "KL, nats per token", text(teacher.measured().kl()), text(child.measured().kl()));
    add(
        rows,
        "LM loss, nats per token",
        text(teacher.measured().lmLoss()),
        text(child.measured().lmLoss()));
    child
        .measured()
        .taskAccuracy()
        .forEach((task, share) ->
            add(
                rows,
                task,
                share(Objects.requireNonNull(teacher.measured().taskAccuracy().get(task), task)),
                share(share)));
    return rows.toString().stripTrailing();
  }

  /** The child in formats of fewer bits, beside which the first table has it in 16. */
  private String rounded() {
    if (report.rounded().isEmpty()) {
      return "";
    }
    StringBuilder rows = new StringBuilder("\n| weights in | KL | LM loss |\n|---|---|---|\n");
    for (TargetReport.Rounded format : report.rounded()) {
      add(rows, format.format(), text(format.measured().kl()), text(format.measured().lmLoss()));
    }
    return rows.append("\nActivations were not rounded.\n").toString();
  }

  private static void add(StringBuilder rows, String what, String teacher, String child) {
    rows.append("| %s | %s | %s |\n".formatted(what, teacher, child));
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String share(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String text(Estimate estimate) {
    return String.format(
        Locale.ROOT, "%.4f \u00b1 %.4f", estimate.mean(), estimate.standardError());
  }

  private String layers() {
    StringBuilder rows = new StringBuilder();
    int number = 0;
    for (Layer layer : model.layers()) {
      KvCache none = new KvCache(0, 0, WINDOWLESS);
      KvCache cache = layer.attention().cache().orElse(none);
      rows.append(
          "| %d | %s | %d | %s | %s | %d | %s |\n"
              .formatted(
                  number++,
                  attention(layer),
                  cache.kvHeads(),
                  cache.window() == WINDOWLESS ? "-" : count(cache.window()),
                  ffn(layer.ffn()),
                  channels(layer.ffn()),
                  count(layer.parameters(model.hiddenSize()))));
    }
    return rows.toString().stripTrailing();
  }

  private static String attention(Layer layer) {
    return switch (layer.attention()) {
      case SoftmaxAttention _ -> "softmax";
      case LinearAttention _ -> "linear";
      case NoAttention _ -> "none";
    };
  }

  private static String ffn(Ffn ffn) {
    return switch (ffn) {
      case GatedFfn _ -> "gated";
      case ExpertsFfn _ -> "experts";
      case LinearFfn _ -> "linear";
      case NoFfn _ -> "none";
    };
  }

  private static int channels(Ffn ffn) {
    return switch (ffn) {
      case GatedFfn(int channels) -> channels;
      case ExpertsFfn experts -> experts.channels();
      case LinearFfn _, NoFfn _ -> 0;
    };
  }

  /** The commands for this folder, to be run in it. */
  private String commands(Path config) {
    String folder = Objects.requireNonNull(config.toAbsolutePath().getParent()).toString();
    String lines =
        report.commands().stream()
            .map(TargetReport.Command::line)
            .filter(line -> line.contains(folder + " ") || line.endsWith(folder))
            .map(line -> line.replace(folder, ".") + "\n")
            .collect(Collectors.joining());
    return lines.isEmpty()
        ? "Load it with Transformers, and `trust_remote_code=True`.\n"
        : "In this folder, `compose.yaml` does the first in a container:\n\n```\n"
            + lines
            + "```\n";
  }

  private static String version() {
    String version = Search.class.getPackage().getImplementationVersion();
    return version == null ? "from classes" : version;
  }

  private static String versions() {
    return new TreeMap<>(TaskVersions.current().versions())
        .entrySet().stream()
            .map(version ->
                "%s %d"
                    .formatted(
                        version.getKey().name().toLowerCase(Locale.ROOT), version.getValue()))
            .collect(Collectors.joining(", "));
  }
}
