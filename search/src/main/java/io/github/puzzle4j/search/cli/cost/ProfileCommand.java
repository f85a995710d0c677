package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.ModelConfigFile;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.scoring.profile.MachineProfile;
import io.github.puzzle4j.scoring.profile.ProfileQuestion;
import io.github.puzzle4j.scoring.profile.ProfiledEngine;
import io.github.puzzle4j.scoring.profile.TorchMachine;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.cli.frame.TimeConverter;
import io.github.puzzle4j.search.llamacpp.LlamaCppEngine;
import io.github.puzzle4j.search.machine.MachineProfiling;
import io.github.puzzle4j.search.machine.ProfileSpace;
import io.github.puzzle4j.search.plan.AttentionChoice;
import io.github.puzzle4j.search.plan.FfnChoice;
import io.github.puzzle4j.search.plan.Space;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Measures this machine and writes a target file. */
@Command(
    name = "profile",
    description = "Measure block variants on this machine, and write a target file.",
    footer = {
      "",
      "The engines:",
      "  torch     the kernels that this project trains and scores with, one subblock at a time",
      "  llamacpp  llama.cpp on small models of random weights, all layers alike (only cpu)",
      "",
      "A profile of the processor, the price of the model on it, and a search for it:",
      "  puzzle4j profile --model examples/tiny-teacher --out my-cpu.json",
      "  puzzle4j cost --model examples/tiny-teacher --target my-cpu.json --backend llamacpp \\",
      "      --isl 64 --osl 128",
      "  puzzle4j search plan.yaml       # with 'gpu: my-cpu.json' and 'backend: llamacpp' in it",
      "",
      "Close other programs first: quartiles remove temporary disturbances, not constant ones."
    },
    showDefaultValues = true)
public final class ProfileCommand extends AnsweringCommand {

  private static final String PROCESSOR = "cpu";

  /** What runs variants. */
  enum EngineName {
    TORCH,
    LLAMACPP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--model",
      required = true,
      paramLabel = "CONFIG_OR_DIR",
      description =
          "A config.json, its folder or a GGUF file: its shapes are measured; no weights are"
              + " needed.")
  private Path model;

  @Option(
      names = "--device",
      defaultValue = PROCESSOR,
      paramLabel = "NAME",
      description = "cpu, cuda for the first GPU, or cuda:N for the one numbered N from 0.")
  private String device;

  @Option(
      names = "--engine",
      split = ",",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES}; all that the device has by default.",
      showDefaultValue = Visibility.NEVER)
  private List<EngineName> engines = List.of();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "my-cpu.json",
      description = "The target to write; its name is the file's.")
  private Path out;

  @Option(
      names = "--variants",
      split = ",",
      paramLabel = "ID",
      description = {
        "Attention and FFN variants to measure, such as gqa_2,ffn_1024,linear. By default half the"
            + " KV heads and one, three shares of the channels, and a matrix in place of either."
      },
      showDefaultValue = Visibility.NEVER)
  private List<String> variants = List.of();

  @Option(
      names = "--contexts",
      split = ",",
      paramLabel = "N",
      defaultValue = "32,256",
      description = "Tokens before the one that is timed, and lengths of prompts.")
  private List<Integer> contexts;

  @Option(
      names = "--batches",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,8",
      description = "Requests that are answered together.")
  private List<Integer> batches;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Of the processor; all it has by default.",
      showDefaultValue = Visibility.NEVER)
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--time",
      paramLabel = "TIME",
      defaultValue = "60s",
      converter = TimeConverter.class,
      description = {
        "For each engine: 30s, 5m. Everything is timed three times at least, however long it takes."
      })
  private Duration time;

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    Require.positive("--threads", threads);
    Model teacher = ModelConfigFile.read(model);
    ProfileSpace space =
        variants.isEmpty() ? ProfileSpace.usual(teacher) : named(teacher, variants);
    List<EngineName> names = names();
    TorchMachine machine = TorchMachine.of(ComputeDevice.named(device), threads);
    MachineProfile profile =
        new MachineProfiling(
                machine,
                names.stream().map(name -> engine(name, machine)).toList(),
                question(teacher, space, machine))
            .write(out, "this-" + device.replace(":", ""), progress);
    return ProfileAnswer.of(profile, out.toString());
  }

  private List<EngineName> names() throws CliException.UserMistake {
    boolean onProcessor = device.equals(PROCESSOR);
    if (engines.isEmpty()) {
      return onProcessor ? List.of(EngineName.values()) : List.of(EngineName.TORCH);
    }
    if (!onProcessor && engines.contains(EngineName.LLAMACPP)) {
      throw new CliException.UserMistake(
          "--engine llamacpp: runs on the processor only; --device %s has torch".formatted(device));
    }
    return engines;
  }

  private ProfileQuestion question(Model teacher, ProfileSpace space, TorchMachine machine)
      throws CliException.UserMistake {
    try {
      return new ProfileQuestion(
          teacher,
          space.attention(),
          space.ffn(),
          contexts,
          batches,
          threads,
          time,
          machine.machine().datasheet().l2Bytes());
    } catch (IllegalArgumentException mistake) {
      throw new CliException.UserMistake(
          "--contexts, --batches or --variants: " + String.valueOf(mistake.getMessage()));
    }
  }

  private static ProfiledEngine engine(EngineName name, TorchMachine machine) {
    return switch (name) {
      case TORCH -> machine.engine();
      case LLAMACPP -> new LlamaCppEngine();
    };
  }

  /** The variants of these names; {@code linear} and {@code noop} mean both subblocks. */
  private static ProfileSpace named(Model teacher, List<String> names) throws CliException {
    List<AttentionChoice> attention = new ArrayList<>();
    List<FfnChoice> ffn = new ArrayList<>();
    for (String name : names) {
      Optional<AttentionChoice> ofAttention = parsed(() -> AttentionChoice.parse(name));
      Optional<FfnChoice> ofFfn = parsed(() -> FfnChoice.parse(name));
      if (ofAttention.isEmpty() && ofFfn.isEmpty()) {
        throw new CliException.UserMistake(
            "--variants: unknown variant '%s'; there are %s, %s"
                .formatted(name, AttentionChoice.WORDS, FfnChoice.WORDS));
      }
      ofAttention.ifPresent(attention::add);
      ofFfn.ifPresent(ffn::add);
    }
    try {
      return ProfileSpace.of(new Space(attention, ffn, 1, List.of()).resolve(teacher));
    } catch (IllegalArgumentException unfit) {
      throw new CliException.UserMistake("--variants: " + unfit.getMessage());
    }
  }

  private static <T> Optional<T> parsed(Supplier<T> parser) {
    try {
      return Optional.of(parser.get());
    } catch (IllegalArgumentException otherSubblock) {
      return Optional.empty();
    }
  }
}
