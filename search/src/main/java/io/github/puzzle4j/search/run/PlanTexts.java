package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.CorpusSplit;
import io.github.puzzle4j.blocklib.corpus.JsonlCorpus;
import io.github.puzzle4j.blocklib.corpus.Packing;
import io.github.puzzle4j.blocklib.corpus.SyntheticCorpus;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.TextSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The text of a plan as packed token sequences. */
final class PlanTexts {

  private final SearchPlan.Data data;
  private final TextTokenizer tokenizer;
  private final int vocabularySize;

  PlanTexts(SearchPlan.Data data, TextTokenizer tokenizer, int vocabularySize) {
    this.data = data;
    this.tokenizer = tokenizer;
    this.vocabularySize = vocabularySize;
  }

  /** What variants and the repair are trained on. */
  List<TokenSequence> calibration(int sequences) throws IOException {
    return sequences("calibration", data.calibration(), CorpusSplit.TRAIN, sequences);
  }

  /** What variants are scored on. */
  List<TokenSequence> validation(int sequences) throws IOException {
    return sequences("validation", data.validation(), CorpusSplit.VALIDATION, sequences);
  }

  /** What models are measured on in the end. */
  List<TokenSequence> heldOut(int sequences) throws IOException {
    return sequences("heldOut", data.heldOut(), CorpusSplit.HELD_OUT, sequences);
  }

  private List<TokenSequence> sequences(
      String part, TextSource source, CorpusSplit split, int wanted) throws IOException {
    return switch (source) {
      case TextSource.Synthetic() -> synthetic(split, wanted);
      case TextSource.Files(List<Path> files) -> files(part, files, wanted);
    };
  }

  private List<TokenSequence> synthetic(CorpusSplit split, int wanted) {
    SyntheticCorpus.Reader reader = SyntheticCorpus.standard(data.seed()).reader(split);
    Packing packing = new Packing(data.sequenceLength(), tokenizer.beginOfText());
    List<TokenSequence> sequences = new ArrayList<>(wanted);
    while (sequences.size() < wanted) {
      Optional<TokenSequence> full = packing.poll();
      if (full.isPresent()) {
        sequences.add(full.get());
      } else {
        packing.add(tokenizer.encode(reader.next(1)));
      }
    }
    return sequences;
  }

  private List<TokenSequence> files(String part, List<Path> files, int wanted) throws IOException {
    List<TokenSequence> documents = new ArrayList<>();
    for (Path file : files) {
      documents.addAll(JsonlCorpus.readTokens(file, Optional.of(tokenizer), vocabularySize));
    }
    List<TokenSequence> packed =
        Packing.pack(documents, data.sequenceLength(), tokenizer.beginOfText());
    if (packed.size() < 2) {
      throw new InvalidInputException(
          "data.%s: %s hold %d sequences of %d tokens; at least 2 are needed"
              .formatted(part, files, packed.size(), data.sequenceLength()));
    }
    return packed.subList(0, Math.min(wanted, packed.size()));
  }
}
