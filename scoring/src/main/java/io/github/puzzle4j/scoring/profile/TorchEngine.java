package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.scoring.cost.table.RelativeErrors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * This project's libtorch kernels for training and scoring: each variant's subblock alone, with
 * weights in bf16.
 *
 * <p>Weights are read from memory: each piece of work alternates between more copies of them than
 * fit the cache. Each round times all pieces of work, so that temporary disturbances affect all
 * equally.
 */
public final class TorchEngine implements ProfiledEngine {

  private static final int LEAST_ROUNDS = 3;
  private static final int MOST_ROUNDS = 15;
  private static final double LEAST_SECONDS = 0.02;
  private static final int MOST_LAPS = 50;

  private final ComputeDevice device;

  /** An engine on one device. */
  public TorchEngine(ComputeDevice device) {
    this.device = device;
  }

  @Override
  public String name() {
    return "torch";
  }

  @Override
  public String version() {
    return "libtorch " + device.engine().version();
  }

  @Override
  public int maxBatchedTokens() {
    return 8192;
  }

  @Override
  public int maxSequences() {
    return 256;
  }

  @Override
  public String method() {
    return "this project's kernels, one subblock at a time";
  }

  @Override
  public List<Observation> observe(ProfileQuestion question, ProfileWatch watch) {
    if (!device.isGpu()) {
      device.engine().setThreads(question.threads());
    }
    try (DeviceMemory memory = device.memory();
        BlockRunner runner =
            new BlockRunner(memory, question.teacher().common(), Precision.BFLOAT16)) {
      List<TorchCase> cases = TorchCases.of(question, runner);
      Map<TorchCase, List<Double>> seconds = new LinkedHashMap<>();
      ProfileRounds rounds =
          new ProfileRounds(question.time(), cases.size(), LEAST_ROUNDS, MOST_ROUNDS, watch);
      while (rounds.next()) {
        for (TorchCase piece : cases) {
          rounds.timing(piece.what());
          try (DeviceMemory scope = memory.newScope()) {
            seconds
                .computeIfAbsent(piece, key -> new ArrayList<>())
                .add(seconds(piece.prepare(scope), piece.copies()));
          }
        }
      }
      List<Observation> observations = new ArrayList<>();
      seconds.forEach((piece, times) ->
          observations.add(
              Observation.of(
                  piece.what(),
                  piece.work(),
                  times.stream().mapToDouble(Double::doubleValue).toArray())));
      return observations;
    }
  }

  /** The median over laps of the time of one call; the first lap does not count. */
  private static double seconds(TorchCase.Lap lap, int copies) {
    lap.run();
    List<Double> laps = new ArrayList<>();
    double total = 0;
    while (laps.size() < MOST_LAPS && (laps.isEmpty() || total < LEAST_SECONDS)) {
      long begin = System.nanoTime();
      lap.run();
      double seconds = (System.nanoTime() - begin) * 1e-9;
      total += seconds;
      laps.add(seconds / copies);
    }
    return RelativeErrors.quantile(
        laps.stream().mapToDouble(Double::doubleValue).sorted().toArray(), 0.5);
  }
}
