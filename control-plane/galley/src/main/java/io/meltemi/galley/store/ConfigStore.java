package io.meltemi.galley.store;

import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Severity;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.snapshot.ConfigSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/// Keeps the configuration in force and tells subscribers of changes. Thread-safe: its lock is held
/// while subscribers are called, so that all of them see all changes in one order. A subscriber
/// must not wait for another thread that calls the store.
public final class ConfigStore {
    /// Guarded by this.
    private final List<Consumer<Publication>> subscribers = new ArrayList<>();

    /// Guarded by this.
    private Optional<Publication> last = Optional.empty();

    /// Calls the subscriber with the present state, if there is one, and with every later change.
    public synchronized void subscribe(Consumer<Publication> subscriber) {
        subscribers.add(subscriber);
        last.ifPresent(subscriber);
    }

    /// Takes a new state: into force, unless a diagnostic is an error.
    public void offer(
            SortedMap<ResourceKey, Sourced<ConfigResource>> resources,
            SortedMap<Hostname, Entry> services,
            MeshConfig mesh,
            List<Diagnostic> diagnostics) {
        offer(
                resources,
                services,
                mesh,
                diagnostics,
                diagnostics.stream().filter(d -> d.severity() == Severity.ERROR).toList());
    }

    /// Takes a new state. Subscribers are called when the resources or the diagnostics differ from
    /// the state before.
    ///
    /// @param refusing what keeps it from taking force; none: it does
    public synchronized void offer(
            SortedMap<ResourceKey, Sourced<ConfigResource>> resources,
            SortedMap<Hostname, Entry> services,
            MeshConfig mesh,
            List<Diagnostic> diagnostics,
            List<Diagnostic> refusing) {
        ConfigSnapshot before = current();
        Publication next;
        if (!refusing.isEmpty()) {
            next = new Publication.Refused(before, diagnostics);
        } else {
            ConfigSnapshot state = new ConfigSnapshot(before.version(), resources, services, mesh);
            boolean same = before.version() > 0 && before.equals(state);
            // The same resources keep their version, but may have moved within their files.
            long version = same ? before.version() : before.version() + 1;
            next =
                    new Publication.Accepted(
                            new ConfigSnapshot(version, resources, services, mesh), diagnostics);
        }
        boolean changed =
                last.isEmpty()
                        || last.get().inForce().version() != next.inForce().version()
                        || !last.get().equals(next);
        last = Optional.of(next);
        if (changed) {
            subscribers.forEach(subscriber -> subscriber.accept(next));
        }
    }

    /// The configuration in force; empty, with version 0, before the first good state.
    public synchronized ConfigSnapshot current() {
        return last.map(Publication::inForce).orElse(ConfigSnapshot.EMPTY);
    }

    /// What was found in the newest state, refused or not.
    public synchronized List<Diagnostic> diagnostics() {
        return last.map(Publication::diagnostics).orElse(List.of());
    }
}
