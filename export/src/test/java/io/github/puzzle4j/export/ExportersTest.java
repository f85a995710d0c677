package io.github.puzzle4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportersTest {

  @TempDir Path folder;

  @Test
  void eachExporterHasItsContractTest() throws ClassNotFoundException {
    assertThat(Exporters.all())
        .containsOnlyKeys(
            "gguf",
            "gguf-f16",
            "gguf-f32",
            "gguf-q4-0",
            "gguf-q4-k-m",
            "gguf-q6-k",
            "gguf-q8-0",
            "huggingface",
            "huggingface-anymodel",
            "huggingface-fp8",
            "huggingface-fp8-static",
            "huggingface-nvfp4");
    for (CheckpointExporter exporter : Exporters.all().values()) {
      assertThat(CheckpointExporterContract.class)
          .isAssignableFrom(Class.forName(exporter.getClass().getName() + "ContractTest"));
    }
  }

  @Test
  void anUnknownFormatListsThoseThereAre() {
    assertThatThrownBy(() -> Exporters.named("onnx"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "unknown export format 'onnx'; there are %s".formatted(Exporters.all().keySet()));
  }

  @Test
  void twoExportersOfOneNameAreAnError() throws IOException {
    Path services = folder.resolve("META-INF/services");
    Files.createDirectories(services);
    Files.writeString(
        services.resolve(CheckpointExporter.class.getName()), SecondGguf.class.getName() + "\n");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    URL[] urls = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, before)) {
      thread.setContextClassLoader(loader);
      assertThatThrownBy(Exporters::all)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("SecondGguf")
          .hasMessageContaining("'gguf'");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Takes a name that is taken. */
  public static final class SecondGguf implements CheckpointExporter {

    @Override
    public String name() {
      return "gguf";
    }

    @Override
    public Optional<String> objection(Model teacher, int position, Layer layer) {
      return Optional.of("it holds nothing");
    }

    @Override
    public ExportSummary export(ChildModel child, Path directory) throws IOException {
      throw new InvalidInputException("it holds nothing");
    }
  }
}
