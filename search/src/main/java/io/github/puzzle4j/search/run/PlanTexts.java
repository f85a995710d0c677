package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.CorpusSplit;
import io.github.puzzle4j.blocklib.corpus.Packing;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.corpus.source.CorpusFiles;
import io.github.puzzle4j.blocklib.corpus.tokens.CorpusParts;
import io.github.puzzle4j.blocklib.corpus.tokens.FileDigests;
import io.github.puzzle4j.blocklib.corpus.tokens.PackedPart;
import io.github.puzzle4j.blocklib.corpus.tokens.PartFiles;
import io.github.puzzle4j.blocklib.corpus.tokens.TokenCache;
import io.github.puzzle4j.blocklib.demo.SyntheticCorpus;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.TextSource;
import io.github.puzzle4j.search.plan.TokenCaching;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The text of a plan as packed token sequences. No document is in two of its parts. */
final class PlanTexts {

  private final SearchPlan.Data data;
  private final SearchPlan plan;
  private final ModelFolder teacher;
  private final Path cache;
  private final Consumer<String> damaged;
  private final PartFiles files;
  private final List<Path> skipped;
  private @Nullable CorpusParts parts;
  private boolean skippedSaid;
  private final List<String> warnings = new ArrayList<>();

  /** Of each part that was read, the longest text: a shorter one is its beginning. */
  private final Map<CorpusSplit, UsedText> used = new EnumMap<>(CorpusSplit.class);

  /**
   * Finds the files; none is read yet.
   *
   * @param cache in the run directory
   * @param damaged receives a line for each file of the cache that is made again
   * @throws InvalidInputException if there is no such file, or none in a folder
   */
  PlanTexts(SearchPlan plan, Path cache, ModelFolder teacher, Consumer<String> damaged)
      throws IOException {
    this.damaged = damaged;
    this.plan = plan;
    this.data = plan.data();
    this.cache = cache;
    this.teacher = teacher;
    Map<CorpusSplit, List<CorpusFiles>> found = new EnumMap<>(CorpusSplit.class);
    List<Path> passed = new ArrayList<>();
    for (CorpusSplit part : CorpusSplit.values()) {
      if (source(part) instanceof TextSource.Files(List<Path> named)) {
        List<CorpusFiles> sources = new ArrayList<>();
        for (Path path : named) {
          CorpusFiles below = find(part, path);
          sources.add(below);
          passed.addAll(below.skipped());
        }
        found.put(part, sources);
      }
    }
    this.files = new PartFiles(found);
    this.skipped = passed.stream().distinct().toList();
  }

  private static CorpusFiles find(CorpusSplit part, Path path) throws IOException {
    try {
      return CorpusFiles.find(path);
    } catch (InvalidInputException missing) {
      throw new PlanValueException(
          "data." + name(part), String.valueOf(missing.getMessage()), missing);
    }
  }

  /** The parts that are read from files; the tokenizer is read when the first is asked for. */
  private CorpusParts parts() throws IOException {
    if (parts == null) {
      parts =
          new CorpusParts(
              teacher.companionFolder(),
              teacher.tokenizer(),
              teacher.model().common().vocabularySize(),
              data.sequenceLength(),
              files,
              Map.of(
                  CorpusSplit.VALIDATION,
                  plan.score().sequences(),
                  CorpusSplit.HELD_OUT,
                  data.heldOutSequences()),
              cache(cache),
              new FileDigests());
    }
    return parts;
  }

  private Optional<TokenCache> cache(Path inRun) {
    return switch (data.cache()) {
      case TokenCaching.InRun() -> Optional.of(new TokenCache(inRun, damaged));
      case TokenCaching.Nowhere() -> Optional.empty();
      case TokenCaching.Folder(Path path) -> Optional.of(new TokenCache(path, damaged));
    };
  }

  /** Text on which variants and the repair are trained. */
  List<TokenSequence> calibration(int sequences) throws IOException {
    return sequences(CorpusSplit.TRAIN, sequences);
  }

  /** Text on which variants are scored. */
  List<TokenSequence> validation(int sequences) throws IOException {
    return sequences(CorpusSplit.VALIDATION, sequences);
  }

  /** Text on which models are measured. */
  List<TokenSequence> heldOut() throws IOException {
    return sequences(CorpusSplit.HELD_OUT, data.heldOutSequences());
  }

  /** Whether any part is read from files. */
  boolean readsFiles() {
    return Arrays.stream(CorpusSplit.values()).anyMatch(files::has);
  }

  /** Warnings about the files since the last call, one line each. */
  List<String> takeWarnings() {
    List<String> all = new ArrayList<>();
    if (!skippedSaid && !skipped.isEmpty()) {
      skippedSaid = true;
      all.add(
          "%d files are not read, such as %s: of no known kind, or plain text beside rows"
              .formatted(skipped.size(), skipped.getFirst()));
    }
    warnings.stream().distinct().forEach(all::add);
    warnings.clear();
    return all;
  }

  private TextSource source(CorpusSplit part) {
    return switch (part) {
      case TRAIN -> data.calibration();
      case VALIDATION -> data.validation();
      case HELD_OUT -> data.heldOut();
    };
  }

  private static String name(CorpusSplit part) {
    return switch (part) {
      case TRAIN -> "calibration";
      case VALIDATION -> "validation";
      case HELD_OUT -> "heldOut";
    };
  }

  private List<TokenSequence> sequences(CorpusSplit part, int wanted) throws IOException {
    List<TokenSequence> sequences =
        switch (source(part)) {
          case TextSource.Synthetic() -> synthetic(part, wanted);
          case TextSource.Files _ -> fromFiles(part, wanted);
        };
    UsedText known = used.get(part);
    if (known == null || known.rows().size() < sequences.size()) {
      used.put(part, UsedText.of(name(part), origin(part), sequences));
    }
    return sequences;
  }

  private String origin(CorpusSplit part) {
    return switch (source(part)) {
      case TextSource.Synthetic() -> "synthetic, seed %d".formatted(data.seed());
      case TextSource.Files(List<Path> paths) ->
          paths.stream().map(Path::toString).collect(Collectors.joining(", "));
    };
  }

  /** What was read so far, row by row. */
  List<UsedText> used() {
    return List.copyOf(used.values());
  }

  private List<TokenSequence> synthetic(CorpusSplit split, int wanted) throws IOException {
    TextTokenizer tokenizer = teacher.tokenizer();
    SyntheticCorpus.Reader reader = SyntheticCorpus.standard(data.seed()).reader(split);
    Packing packing = new Packing(data.sequenceLength(), tokenizer.beginOfText());
    List<TokenSequence> sequences = new ArrayList<>(wanted);
    while (sequences.size() < wanted) {
      Optional<TokenSequence> full = packing.poll();
      if (full.isPresent()) {
        sequences.add(full.get());
      } else {
        tokenizer.encode(reader.next(1)).ifPresent(packing::add);
      }
    }
    return sequences;
  }

  private List<TokenSequence> fromFiles(CorpusSplit part, int wanted) throws IOException {
    PackedPart packed = parts().read(part, wanted);
    if (packed.passedOver() > 0) {
      warnings.add(
          "data.%s: %d empty rows are passed over".formatted(name(part), packed.passedOver()));
    }
    if (packed.dropped() > 0) {
      warnings.add(
          "data.%s: %d documents are left out, since another part holds them too"
              .formatted(name(part), packed.dropped()));
    }
    if (packed.sequences().size() < 2) {
      throw new InvalidInputException(
          "data.%s: %s hold %d sequences of %d tokens; at least 2 are needed%s"
              .formatted(
                  name(part),
                  named(part),
                  packed.sequences().size(),
                  data.sequenceLength(),
                  packed.dropped() == 0
                      ? ""
                      : ", and %d documents are in another part too".formatted(packed.dropped())));
    }
    if (packed.sequences().size() < wanted) {
      warnings.add(
          "data.%s: its files hold %d of the %d sequences asked for"
              .formatted(name(part), packed.sequences().size(), wanted));
    } else if (part == CorpusSplit.HELD_OUT) {
      warnings.add(
          "data.heldOut: measured on the first %d sequences, the rest of its files is not read"
                  .formatted(wanted)
              + " (data.heldOutSequences)");
    }
    return packed.sequences();
  }

  private List<Path> named(CorpusSplit part) {
    return source(part) instanceof TextSource.Files(List<Path> named) ? named : List.of();
  }
}
