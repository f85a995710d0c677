package io.github.puzzle4j.search.doctor;

import io.github.puzzle4j.scoring.profile.Processor;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * The machine without its engines.
 *
 * @param java release and maker
 * @param javaHome where it is
 * @param system operating system and architecture
 * @param processor its name
 * @param threads that it runs at a time
 * @param features those of its instructions that products of matrices profit from
 * @param driver release of NVIDIA's driver; empty if there is none
 * @param memoryBytes all of it
 * @param freeMemoryBytes what programs can have; empty if the system does not say
 * @param folder where a run would go
 * @param freeDiskBytes what is free there
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Surroundings(
    String java,
    String javaHome,
    String system,
    String processor,
    int threads,
    List<String> features,
    Optional<String> driver,
    long memoryBytes,
    OptionalLong freeMemoryBytes,
    String folder,
    long freeDiskBytes) {

  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");
  private static final Pattern DRIVER_RELEASE =
      Pattern.compile("Kernel Module(?: for \\S+)?\\s+([0-9.]+)");

  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+([0-9]{1,15}) kB");

  public Surroundings {
    features = List.copyOf(features);
  }

  /** This machine, with a folder that need not exist. */
  static Surroundings here(Path folder) throws IOException {
    Path existing = folder.toAbsolutePath().normalize();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    FileStore disk = Files.getFileStore(existing);
    int threads = Runtime.getRuntime().availableProcessors();
    return new Surroundings(
        System.getProperty("java.vendor") + " " + Runtime.version(),
        System.getProperty("java.home"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        Processor.name(),
        threads,
        Processor.features(),
        found(DRIVER, DRIVER_RELEASE),
        Processor.memoryBytes(),
        found(MEMORY, AVAILABLE)
            .map(kibibytes -> OptionalLong.of(Long.parseLong(kibibytes) << 10))
            .orElse(OptionalLong.empty()),
        folder.toString(),
        disk.getUsableSpace());
  }

  private static Optional<String> found(Path file, Pattern pattern) throws IOException {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    Matcher matcher = pattern.matcher(Files.readString(file));
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
