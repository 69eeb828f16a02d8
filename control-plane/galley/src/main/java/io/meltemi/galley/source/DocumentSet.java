package io.meltemi.galley.source;

import io.meltemi.model.diagnostic.Diagnostic;
import java.util.List;

/// Everything one source holds at one moment. Immutable.
///
/// @param problems what could not be read at all
public record DocumentSet(List<Text> texts, List<Diagnostic> problems) {
    public static final DocumentSet EMPTY = new DocumentSet(List.of(), List.of());

    public DocumentSet {
        texts = List.copyOf(texts);
        problems = List.copyOf(problems);
    }

    /// Documents in YAML or JSON.
    ///
    /// @param name the file's path, or what else says where it is
    public record Text(String name, String content) {}
}
