package io.github.puzzle4j.search.cli.frame;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.engine.Engines;
import io.github.puzzle4j.search.plan.Computing;
import io.github.puzzle4j.search.plan.ThreadCount;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that select what computes. */
public final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "NAME",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = {
        "cpu, cuda, cuda:N, or auto for a GPU where there is one. Default: the plan's, or auto."
      })
  private Optional<String> device = Optional.empty();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = {
        "djl brings a libtorch; torch uses the installed PyTorch (PUZZLE4J_TORCH). Default:"
            + " PUZZLE4J_ENGINE, or else the plan's, or djl."
      })
  private Optional<String> engine = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = ThreadConverter.class,
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = "Of the processor that compute together; all by default.")
  private Optional<ThreadCount> threads = Optional.empty();

  /**
   * The device.
   *
   * @throws InvalidInputException if there is none of that name here
   */
  public ComputeDevice device() throws InvalidInputException {
    return device(computing(Computing.usual()), ComputeDevice.AUTO);
  }

  /**
   * The device for a plan.
   *
   * @param computing engine and threads, see {@link #computing}
   * @param planned name of the device that the plan asks for
   * @throws InvalidInputException if there is none of that name here
   */
  public ComputeDevice device(Computing computing, String planned) throws InvalidInputException {
    return computing.device(device.orElse(planned));
  }

  /**
   * What computes: as these options say and, where they do not, as the environment or a plan.
   *
   * @throws InvalidInputException if there is no such engine
   */
  public Computing computing(Computing plan) throws InvalidInputException {
    Computing here = plan.onThisMachine();
    Engines.named(engine.orElse(here.engine()));
    return new Computing(engine.orElse(here.engine()), threads.orElse(here.threads()));
  }

  /** Reads a number of threads. */
  static final class ThreadConverter implements ITypeConverter<ThreadCount> {

    @Override
    public ThreadCount convert(String text) {
      try {
        return ThreadCount.parse(text);
      } catch (IllegalArgumentException mistake) {
        throw new TypeConversionException(String.valueOf(mistake.getMessage()));
      }
    }
  }
}
