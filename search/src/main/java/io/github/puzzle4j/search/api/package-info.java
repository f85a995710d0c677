/**
 * A small API for sessions in JShell, notebooks and programs: models, plans, searches step by step,
 * and their results, which print themselves as tables and plot themselves.
 *
 * <p>{@link io.github.puzzle4j.search.api.Puzzle} is the beginning. A worked example, on the small
 * teacher of the repository:
 *
 * <pre>{@code
 * Puzzle puzzle = Puzzle.printing(System.err);
 *
 * // A checkpoint, and what it costs to serve.
 * System.out.println(puzzle.model("examples/tiny-teacher"));
 * System.out.println(
 *     puzzle.prices("examples/tiny-teacher", Serving.of(512, 256), "h100-sxm", "b200-sxm"));
 *
 * // One variant of one layer, its training, and the scores of all variants of the layer.
 * Plan plan = puzzle.plan("examples/jshell/plan.yaml").with("distill.steps", 20);
 * try (Session session = puzzle.open(plan, "runs/first")) {
 *   Distilled half = session.distill(0, "gqa_2");
 *   System.out.println(half);
 *   half.plot().save("loss.svg");
 *   System.out.println(session.scores(0));
 *
 *   // The best child within the plan's budget, and within one of one's own.
 *   Choice choice = session.choose().getFirst();
 *   System.out.println(choice);
 *   System.out.println(choice.problem().atMost("kv_bytes_per_token", 2048).solve());
 *   System.out.println(choice.problem().frontier("runtime_seconds", 8).plot());
 *
 *   // With weights: repaired, exported and checked.
 *   Table exports = choice.adapted().repaired().export();
 *   System.out.println(puzzle.verify(exports.column("path").getFirst().toString()));
 * }
 *
 * // All of that at once, and questions about the results.
 * Run run = puzzle.search(plan, "runs/first");
 * System.out.println(run);
 * System.out.println(run.query("select * from loss_curves where layer = 0"));
 * }</pre>
 *
 * <p>Results are values: a {@link io.github.puzzle4j.search.api.Table} has columns and rows, a
 * {@link io.github.puzzle4j.search.api.Plot} is drawn for a terminal or as SVG. A {@link
 * io.github.puzzle4j.search.api.Session} holds native memory until it is closed; nothing else does.
 * A user's mistake is an {@link io.github.puzzle4j.blocklib.InvalidInputException} with one line:
 * what is wrong, and what would be right. Nothing here keeps state between calls but in the folders
 * that it is given, which the commands share.
 */
@NullMarked
package io.github.puzzle4j.search.api;

import org.jspecify.annotations.NullMarked;
