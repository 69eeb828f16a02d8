package io.meltemi.galley.source;

import io.meltemi.galley.source.DocumentSet.Text;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One text that is handed over, e.g. by a test. Thread-safe: deliveries hold its lock.
public final class InlineSource implements ConfigSource {
    private final String name;

    /// Guarded by this.
    private String content;

    /// Guarded by this.
    private @Nullable Consumer<DocumentSet> listener;

    /// @param name what diagnostics call it
    public InlineSource(String name, String content) {
        this.name = name;
        this.content = content;
    }

    @Override
    public synchronized void start(Consumer<DocumentSet> documents) {
        listener = documents;
        documents.accept(documents());
    }

    /// Puts another text in the place of the first.
    public synchronized void replace(String newContent) {
        content = newContent;
        if (listener != null) {
            listener.accept(documents());
        }
    }

    @Override
    public synchronized void close() {
        listener = null;
    }

    private synchronized DocumentSet documents() {
        return new DocumentSet(List.of(new Text(name, content)), List.of());
    }
}
