package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Read number formats by their names in target files. */
final class FormatConverters {

  private FormatConverters() {}

  /** Formats of matrices. */
  static final class Weights implements ITypeConverter<MatrixType> {

    @Override
    public MatrixType convert(String text) {
      return find(text, Arrays.asList(MatrixType.values()), MatrixType::id);
    }
  }

  /** Formats of keys and values. */
  static final class Cache implements ITypeConverter<NumberFormat> {

    @Override
    public NumberFormat convert(String text) {
      return find(
          text, List.of(NumberFormat.FP32, NumberFormat.BF16, NumberFormat.FP8), NumberFormat::id);
    }
  }

  private static <T> T find(String text, List<T> known, Function<T, String> name) {
    return known.stream()
        .filter(format -> name.apply(format).equals(text))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException(
                "must be one of %s, not '%s'"
                    .formatted(known.stream().map(name).collect(Collectors.joining(", ")), text)));
  }
}
