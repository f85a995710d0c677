package io.github.puzzle4j.search.cli.frame;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import picocli.CommandLine.Option;

/** The option that selects the device. */
public final class DeviceOption {

  @Option(
      names = "--device",
      defaultValue = ComputeDevice.AUTO,
      description = "cpu, cuda, cuda:N, or auto for a GPU where there is one.")
  private String device;

  /**
   * The device.
   *
   * @throws InvalidInputException if there is none of that name here
   */
  public ComputeDevice device() throws InvalidInputException {
    return ComputeDevice.named(device);
  }
}
