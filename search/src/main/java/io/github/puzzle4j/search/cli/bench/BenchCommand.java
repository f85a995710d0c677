package io.github.puzzle4j.search.cli.bench;

import io.github.puzzle4j.search.cli.frame.ListingCommand;
import picocli.CommandLine.Command;

/** The benchmarks; without a subcommand it only lists them. */
@Command(
    name = "bench",
    description = "Measure this project on this machine.",
    subcommands = {
      BenchSolveCommand.class,
      BenchCostCommand.class,
      BenchDistillCommand.class,
      BenchScoreCommand.class,
      BenchLoadCommand.class,
      BenchExportCommand.class,
      BenchMemoryCommand.class,
      BenchProfileCommand.class
    })
public final class BenchCommand extends ListingCommand {}
