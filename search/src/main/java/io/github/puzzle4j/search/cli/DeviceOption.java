package io.github.puzzle4j.search.cli;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import picocli.CommandLine.Option;

/** What computes, for commands that compute. */
final class DeviceOption {

  @Option(
      names = "--device",
      defaultValue = ComputeDevice.AUTO,
      description = "cpu, cuda, cuda:N, or auto for a GPU where there is one.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  private String device;

  /**
   * The device.
   *
   * @throws InvalidInputException if there is none of that name here
   */
  ComputeDevice device() throws InvalidInputException {
    return ComputeDevice.named(device);
  }
}
