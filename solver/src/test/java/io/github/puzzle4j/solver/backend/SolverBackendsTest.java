package io.github.puzzle4j.solver.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.solver.SolverBackendContract;
import io.github.puzzle4j.solver.ojalgo.OjAlgoBackend;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SolverBackendsTest {

  private record Broken(String name) implements SolverBackend {
    @Override
    public Optional<String> unavailable() {
      return Optional.of("no natives for this machine");
    }

    @Override
    public Proof proof() {
      return Proof.EXACT;
    }

    @Override
    public BackendAnswer minimise(ChoiceModel model, Budget budget) {
      throw new AssertionError("must not be called");
    }
  }

  @Test
  void duplicateNamesAreRejected() {
    assertThatThrownBy(() -> SolverBackends.of(List.of(new OjAlgoBackend(), new Broken("ojalgo"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("two solver backends are called 'ojalgo'")
        .hasMessageContaining(Broken.class.getName());
  }

  @Test
  void everyInstalledBackendHasATestOfTheContract() throws ClassNotFoundException {
    SolverBackends installed = SolverBackends.installed();
    assertThat(installed.names())
        .containsExactly("cbc", "cp-sat", "exact", "highs", "ojalgo", "scip");
    for (String name : installed.names()) {
      String test = installed.find(name).orElseThrow().getClass().getName() + "Test";
      assertThat(Class.forName(test)).isAssignableTo(SolverBackendContract.class);
    }
  }
}
