package io.github.puzzle4j.search.cli.frame;

/** Converts a message that may quote an untrusted file to one printable line. */
public final class OneLine {

  private static final int LONGEST = 600;

  private OneLine() {}

  public static String of(String message) {
    String line =
        message.strip().replaceAll("\\s*\\R\\s*", "; ").replaceAll("[\\p{Cntrl}\\p{Cf}]", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
