package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.scoring.cost.kernel.Datasheet;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A measured machine.
 *
 * @param target input of cost models
 * @param observations measured times by backend
 */
public record MachineProfile(GpuTarget target, Map<String, List<Observation>> observations) {

  /**
   * Times the engines one after the other and fits their coefficients.
   *
   * @param name of the target
   */
  public static MachineProfile measure(
      String name,
      Machine machine,
      List<? extends ProfiledEngine> engines,
      ProfileQuestion question,
      ProfileWatch watch)
      throws IOException {
    Datasheet datasheet = machine.datasheet();
    Map<String, BackendProfile> backends = new LinkedHashMap<>();
    Map<String, List<Observation>> observations = new LinkedHashMap<>();
    for (ProfiledEngine engine : engines) {
      List<Observation> observed = new ArrayList<>(engine.observe(question, watch));
      backends.put(engine.name(), ProfileFit.of(datasheet, engine, observed));
      observations.put(engine.name(), List.copyOf(observed));
    }
    GpuTarget target =
        new GpuTarget(
            GpuTarget.SCHEMA, name, machine.title(), machine.architecture(), datasheet, backends);
    return new MachineProfile(target, observations);
  }

  /** The prediction of an observation with the target's coefficients. */
  public double predictedSeconds(String backend, Observation observation) throws IOException {
    return observation.work().predictedSeconds(target, backend);
  }
}
