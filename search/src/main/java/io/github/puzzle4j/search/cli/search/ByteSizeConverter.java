package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.search.plan.MemorySize;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes in the format of plans: {@code 2GiB}. */
final class ByteSizeConverter implements ITypeConverter<MemorySize> {

  @Override
  public MemorySize convert(String text) {
    try {
      return MemorySize.parse(text);
    } catch (IllegalArgumentException bad) {
      throw new TypeConversionException(String.valueOf(bad.getMessage()));
    }
  }
}
