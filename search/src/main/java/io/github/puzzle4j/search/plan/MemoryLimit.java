package io.github.puzzle4j.search.plan;

import java.util.OptionalLong;

/** A limit on the memory per GPU of a served child. */
public sealed interface MemoryLimit {

  /** Spelling of no limit in plans. */
  String NONE = "none";

  /**
   * The limit in bytes.
   *
   * @param gpuBytes memory of the GPU that a server may use
   * @param teacherBytes memory of the teacher in the same scenario at the same batch size
   */
  long bytes(long gpuBytes, long teacherBytes);

  /** No limit but the memory that a server may use. */
  record None() implements MemoryLimit {

    @Override
    public long bytes(long gpuBytes, long teacherBytes) {
      return gpuBytes;
    }

    @Override
    public String toString() {
      return NONE;
    }
  }

  /**
   * An absolute limit.
   *
   * @param value bytes, above 0
   */
  record Bytes(long value) implements MemoryLimit {

    public Bytes {
      if (value < 1) {
        throw new IllegalArgumentException("must be at least 1 byte, not %d".formatted(value));
      }
    }

    @Override
    public long bytes(long gpuBytes, long teacherBytes) {
      return value;
    }

    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /**
   * A share of the GPU memory that a server may use.
   *
   * @param percent above 0, at most 100
   */
  record ShareOfGpu(double percent) implements MemoryLimit {

    public ShareOfGpu {
      if (!(percent > 0 && percent <= 100)) {
        throw new IllegalArgumentException(
            "must be above 0%% and at most 100%%, not %s%%".formatted(percent));
      }
    }

    @Override
    public long bytes(long gpuBytes, long teacherBytes) {
      return (long) (gpuBytes * (percent / 100));
    }

    @Override
    public String toString() {
      return PlainNumber.format(percent) + "%";
    }
  }

  /**
   * A multiple of the teacher's memory.
   *
   * @param factor above 0
   */
  record TimesTeacher(double factor) implements MemoryLimit {

    public TimesTeacher {
      if (!(factor > 0)) {
        throw new IllegalArgumentException("must be above 0, not %s".formatted(factor));
      }
    }

    @Override
    public long bytes(long gpuBytes, long teacherBytes) {
      return (long) (teacherBytes * factor);
    }

    @Override
    public String toString() {
      return PlainNumber.format(factor) + "x";
    }
  }

  /**
   * Reads {@code 40GiB} (or MiB, KiB, TiB, GB, MB), a number of bytes, {@code 90%} of the GPU,
   * {@code 0.5x} of the teacher's, or {@code none}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static MemoryLimit parse(String text) {
    if (text.equals(NONE)) {
      return new None();
    }
    String number = "[0-9]{1,15}(\\.[0-9]{1,9})?";
    OptionalLong size = Units.bytes(text);
    if (size.isPresent()) {
      return new Bytes(size.getAsLong());
    }
    if (text.matches(number + "%")) {
      return new ShareOfGpu(Double.parseDouble(text.substring(0, text.length() - 1)));
    }
    if (text.matches(number + "x")) {
      return new TimesTeacher(Double.parseDouble(text.substring(0, text.length() - 1)));
    }
    throw new IllegalArgumentException(
        "must be a size such as 40GiB, a share of the GPU such as 90%%, a multiple of the"
            .concat(" teacher's such as 0.5x, or none, not '%s'")
            .formatted(text));
  }
}
