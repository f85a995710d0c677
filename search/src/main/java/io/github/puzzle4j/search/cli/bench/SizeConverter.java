package io.github.puzzle4j.search.cli.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the size of a problem: {@code 80x56} is 80 layers of 56 candidates each. */
final class SizeConverter implements ITypeConverter<SizeConverter.Size> {

  private static final Pattern SIZE = Pattern.compile("([0-9]{1,4})x([0-9]{1,4})");

  /** Layers, and candidates per layer. */
  record Size(int layers, int variants) {}

  @Override
  public Size convert(String text) {
    Matcher size = SIZE.matcher(text);
    if (size.matches()) {
      int layers = Integer.parseInt(size.group(1));
      int variants = Integer.parseInt(size.group(2));
      if (layers >= 1 && variants >= 2) {
        return new Size(layers, variants);
      }
    }
    throw new TypeConversionException(
        "must be layers x candidates per layer such as 80x56, at least 1x2, not '%s'"
            .formatted(text));
  }
}
