package io.github.puzzle4j.blocklib.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/** Token ids with marked answers and tasks. Immutable: arrays are copied. */
public final class TokenSequence {

  /**
   * A range of tokens of one task.
   *
   * @param span the tokens
   * @param task their task
   */
  public record Segment(Span span, String task) {}

  private final int[] ids;
  private final BitSet answers;
  private final List<Segment> segments;

  private TokenSequence(int[] ids, BitSet answers, List<Segment> segments) {
    this.ids = ids;
    this.answers = answers;
    this.segments = segments;
  }

  /**
   * Creates a sequence of one task.
   *
   * @param ids at least one, none negative
   * @param answers ranges of tokens that can be inferred from the tokens before them; ascending,
   *     not overlapping
   */
  public static TokenSequence of(int[] ids, String task, List<Span> answers) {
    if (ids.length == 0) {
      throw new IllegalArgumentException("ids is empty: a sequence has at least one token");
    }
    for (int id : ids) {
      if (id < 0) {
        throw new IllegalArgumentException("id %d is negative".formatted(id));
      }
    }
    Document.requireOrdered(answers, ids.length);
    BitSet mask = new BitSet(ids.length);
    answers.forEach(answer -> mask.set(answer.start(), answer.end()));
    List<Segment> segments = List.of(new Segment(new Span(0, ids.length), task));
    return new TokenSequence(ids.clone(), mask, segments);
  }

  /** Concatenates sequences. */
  static TokenSequence concatenation(List<TokenSequence> parts) {
    int[] ids = new int[parts.stream().mapToInt(TokenSequence::length).sum()];
    BitSet answers = new BitSet(ids.length);
    List<Segment> segments = new ArrayList<>();
    int offset = 0;
    for (TokenSequence part : parts) {
      System.arraycopy(part.ids, 0, ids, offset, part.ids.length);
      for (int at = part.answers.nextSetBit(0); at >= 0; at = part.answers.nextSetBit(at + 1)) {
        answers.set(offset + at);
      }
      for (Segment segment : part.segments) {
        Span span = segment.span();
        segments.add(
            new Segment(new Span(offset + span.start(), offset + span.end()), segment.task()));
      }
      offset += part.ids.length;
    }
    return new TokenSequence(ids, answers, List.copyOf(segments));
  }

  /**
   * Concatenates sequences with new answers.
   *
   * @param answers ranges of tokens of the whole; ascending, not overlapping
   */
  public static TokenSequence joined(List<TokenSequence> parts, List<Span> answers) {
    TokenSequence joined = concatenation(parts);
    Document.requireOrdered(answers, joined.ids.length);
    answers.forEach(answer -> joined.answers.set(answer.start(), answer.end()));
    return joined;
  }

  /** Number of tokens, at least 1. */
  public int length() {
    return ids.length;
  }

  /** The id at a position. */
  public int id(int position) {
    return ids[position];
  }

  /** A copy of all ids. */
  public int[] ids() {
    return ids.clone();
  }

  /** Ranges of answer tokens in order; adjacent answers are merged. */
  public List<Span> answers() {
    List<Span> spans = new ArrayList<>();
    int start = answers.nextSetBit(0);
    while (start >= 0) {
      int end = answers.nextClearBit(start);
      spans.add(new Span(start, end));
      start = answers.nextSetBit(end);
    }
    return List.copyOf(spans);
  }

  /** The tasks, in order and without gaps. */
  public List<Segment> segments() {
    return segments;
  }

  /** The task of the token at a position. */
  public String task(int position) {
    Objects.checkIndex(position, ids.length);
    for (Segment segment : segments) {
      if (position < segment.span().end()) {
        return segment.task();
      }
    }
    throw new AssertionError("segments cover every position");
  }

  /** The tokens from {@code start} to {@code end - 1}. */
  public TokenSequence slice(int start, int end) {
    Objects.checkFromToIndex(start, end, ids.length);
    List<Segment> parts = new ArrayList<>();
    for (Segment segment : segments) {
      int from = Math.max(start, segment.span().start());
      int to = Math.min(end, segment.span().end());
      if (from < to) {
        parts.add(new Segment(new Span(from - start, to - start), segment.task()));
      }
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("[%d, %d) holds no token".formatted(start, end));
    }
    return new TokenSequence(
        Arrays.copyOfRange(ids, start, end), answers.get(start, end), List.copyOf(parts));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenSequence that
        && Arrays.equals(ids, that.ids)
        && answers.equals(that.answers)
        && segments.equals(that.segments);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(ids), answers, segments);
  }

  @Override
  public String toString() {
    return "TokenSequence[%d tokens, %d in answers, %s]"
        .formatted(ids.length, answers.cardinality(), segments);
  }
}
