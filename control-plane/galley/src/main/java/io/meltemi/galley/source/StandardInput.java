package io.meltemi.galley.source;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.diagnostic.Diagnostic;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// What another program prints, read to its end. Immutable.
public final class StandardInput {
    private static final String NAME = "stdin";

    private StandardInput() {}

    /// One text of that name, or why there is none.
    public static DocumentSet read(InputStream in) {
        List<Diagnostic> problems = new ArrayList<>();
        try {
            return new DocumentSet(
                    BoundedText.read(in, NAME, problems).stream().toList(), problems);
        } catch (IOException e) {
            problems.add(
                    BoundedText.problem(
                            Code.UNREADABLE, NAME, "cannot be read: " + e.getMessage()));
            return new DocumentSet(List.of(), problems);
        }
    }
}
