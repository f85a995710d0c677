import io.github.puzzle4j.search.api.*;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.solver.SolveOptions;
import java.nio.file.*;
import java.util.*;
import java.util.stream.*;

Puzzle puzzle = Puzzle.printing(System.err);
IO.println("puzzle is ready: try puzzle.model(\"examples/tiny-teacher\"), puzzle.<Tab> for more, /exit to leave.");
