package io.meltemi.galley.source;

import io.meltemi.model.diagnostic.Diagnostic;
import java.util.List;

/// Everything one source holds at one moment. Immutable.
///
/// Texts stand or fall together: an error in one keeps all of them from taking force. Objects come
/// one by one, from whoever may write them: one that is wrong is left out by itself.
///
/// @param problems what could not be read at all
public record DocumentSet(
        List<Text> texts, List<ClusterObject> objects, List<Diagnostic> problems) {
    public static final DocumentSet EMPTY = new DocumentSet(List.of(), List.of());

    public DocumentSet {
        texts = List.copyOf(texts);
        objects = List.copyOf(objects);
        problems = List.copyOf(problems);
    }

    /// Of texts alone.
    public DocumentSet(List<Text> texts, List<Diagnostic> problems) {
        this(texts, List.of(), problems);
    }

    /// Documents in YAML or JSON.
    ///
    /// @param name the file's path, or what else says where it is
    public record Text(String name, String content) {
        /// Without the content, which may hold a private key.
        @Override
        public String toString() {
            return name;
        }
    }
}
