package io.meltemi.proxy.upstream;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The connections of a pool that take streams; the one used last is on top. Confined to its event
/// loop. `HOT`: with thousands of connections nothing here looks at all of them but a close.
final class FreeConnections {
    private final ArrayDeque<PooledConnection> stack = new ArrayDeque<>();

    /// The one to use, which stays here as long as it takes more; null when none is free.
    @Nullable PooledConnection top() {
        for (PooledConnection top = stack.peekFirst(); top != null; top = stack.peekFirst()) {
            if (top.isFree()) {
                return top;
            }
            stack.removeFirst();
            top.listed(false);
        }
        return null;
    }

    /// Puts one on top, unless it is here already.
    void add(PooledConnection connection) {
        if (!connection.isListed()) {
            connection.listed(true);
            stack.addFirst(connection);
        }
    }

    int size() {
        return stack.size();
    }

    void remove(PooledConnection connection) {
        if (connection.isListed()) {
            connection.listed(false);
            boolean _ = stack.remove(connection);
        }
    }
}
