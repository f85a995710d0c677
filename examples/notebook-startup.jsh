// What a notebook begins with: `./puzzle4j jupyter lab examples/notebook.ipynb`. Plots are shown as pictures.
import io.github.puzzle4j.search.api.*;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

Puzzle puzzle = Puzzle.quiet();
org.dflib.jjava.kernel.JavaNotebookStatics.kernel().getRenderer().createRegistration(Plot.class).preferring(MIMEType.IMAGE_SVG).register((plot, context) -> context.renderIfRequested(MIMEType.IMAGE_SVG, plot::svg));
