package io.meltemi.base.lifetime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;

/// What somebody has opened, closed the newest first. Confined to its owner, or guarded by it.
public final class Parts implements AutoCloseable {
    private final BiConsumer<AutoCloseable, Exception> failed;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /// @param failed hears of a part that does not close; the others are closed all the same
    public Parts(BiConsumer<AutoCloseable, Exception> failed) {
        this.failed = failed;
    }

    public <T extends AutoCloseable> T add(T part) {
        open.push(part);
        return part;
    }

    /// Closes each part once.
    @Override
    public void close() {
        while (!open.isEmpty()) {
            AutoCloseable part = open.pop();
            try {
                part.close();
            } catch (Exception e) {
                failed.accept(part, e);
            }
        }
    }
}
