package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.search.cli.frame.ListingCommand;
import picocli.CommandLine.Command;

/** Commands on one GPU's description; without a subcommand it only lists them. */
@Command(
    name = "target",
    description = "Check a GPU's profile against measured kernels, or fit one.",
    subcommands = {TargetCheckCommand.class, TargetFitCommand.class})
public final class TargetCommand extends ListingCommand {}
