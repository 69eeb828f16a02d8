package io.meltemi.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The secrets one proxy holds, by name, as SDS delivers them. Thread-safe: publishes immutable
/// maps of immutable values; actions run on the thread that makes the change, without a lock.
public final class SecretStore {
    private record Waiting(Set<String> names, Runnable action) {}

    private final List<Consumer<String>> watchers = new CopyOnWriteArrayList<>();
    private final List<Waiting> waiting = new CopyOnWriteArrayList<>();
    private volatile Map<String, StoredSecret> secrets = Map.of(); // Written under this.

    /// Takes a new value of a secret (`tls_certificate` or `validation_context`).
    ///
    /// @throws TlsConfigException when it cannot be used; the last good value stays
    public void put(Secret secret) {
        StoredSecret stored = StoredSecret.of(secret);
        String name = secret.getName();
        synchronized (this) {
            StoredSecret last = secrets.get(name);
            if (last != null && last.source().equals(secret)) {
                return;
            }
            Map<String, StoredSecret> next = new HashMap<>(secrets);
            next.put(name, stored);
            secrets = Map.copyOf(next);
        }
        watchers.forEach(watcher -> watcher.accept(name));
        runReady();
    }

    /// Forgets a secret; who needs it is no longer ready. Open connections stay.
    public void remove(String name) {
        synchronized (this) {
            Map<String, StoredSecret> next = new HashMap<>(secrets);
            if (next.remove(name) == null) {
                return;
            }
            secrets = Map.copyOf(next);
        }
        watchers.forEach(watcher -> watcher.accept(name));
    }

    public boolean contains(String name) {
        return secrets.containsKey(name);
    }

    public Set<String> names() {
        return secrets.keySet();
    }

    /// Runs `action` once, when all names are there: at once, or on the thread that puts the last
    /// one. Warming waits for this.
    ///
    /// @return gives up waiting
    public Runnable whenPresent(Collection<String> names, Runnable action) {
        Waiting wait = new Waiting(Set.copyOf(names), action);
        waiting.add(wait);
        runReady();
        return () -> waiting.remove(wait);
    }

    private void runReady() {
        Map<String, StoredSecret> now = secrets;
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting wait = all.next();
            // Whoever removes it runs it: two threads may be here.
            if (now.keySet().containsAll(wait.names) && waiting.remove(wait)) {
                wait.action.run();
            }
        }
    }

    @Nullable StoredSecret find(String name) {
        return secrets.get(name);
    }

    /// Calls `watcher` with the name of each secret that changes.
    ///
    /// @return stops that
    Runnable watch(Consumer<String> watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }
}
