package io.meltemi.pilot.push;

import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.server.SnapshotSource.Watch;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The proxies that watch, and what each of them was given. Thread-safe.
///
/// Translation happens on the timer's thread alone, so that a stream that opens never waits for a
/// push.
public final class PushQueue {
    private static final Logger LOG = LoggerFactory.getLogger(PushQueue.class);

    private final PilotSettings settings;
    private final Timer timer;

    // Guarded by pushLock.
    private final Work work = new Work();

    // Guarded by this.
    private Optional<MeshSnapshot> newest = Optional.empty();

    // Guarded by this.
    private final Set<Subscriber> subscribers = new LinkedHashSet<>();

    // Guarded by pushLock.
    private Optional<MeshTranslation> pushed = Optional.empty();

    // Written under pushLock.
    private volatile List<Diagnostic> reported = List.of();

    private final Object pushLock = new Object();

    public PushQueue(PilotSettings settings, Timer timer) {
        this.settings = settings;
        this.timer = timer;
    }

    /// Keeps a mesh until the next push.
    public synchronized void offer(MeshSnapshot mesh) {
        newest = Optional.of(mesh);
    }

    /// Gives every proxy what the newest mesh means for it.
    public void push() {
        synchronized (pushLock) {
            Optional<MeshSnapshot> mesh;
            List<Subscriber> all;
            synchronized (this) {
                mesh = newest;
                all = List.copyOf(subscribers);
            }
            if (mesh.isEmpty()) {
                return;
            }
            MeshTranslation translation =
                    pushed.map(before -> before.next(mesh.get()))
                            .orElseGet(() -> MeshTranslation.first(settings, mesh.get(), work));
            pushed = Optional.of(translation);
            all.forEach(subscriber -> subscriber.update(translation));
            translation.forgetUnused();
            report(translation);
        }
    }

    /// Follows one proxy.
    public Watch follow(ProxyNode node, Consumer<XdsSnapshot> onSnapshot) {
        Subscriber subscriber = new Subscriber(node, onSnapshot);
        synchronized (this) {
            subscribers.add(subscriber);
        }
        timer.after(Duration.ZERO, () -> first(subscriber));
        return () -> {
            subscriber.close();
            synchronized (this) {
                subscribers.remove(subscriber);
            }
        };
    }

    private void first(Subscriber subscriber) {
        synchronized (pushLock) {
            pushed.ifPresent(subscriber::update);
            pushed.ifPresent(this::report);
        }
    }

    /// Says once what is new. Guarded by pushLock.
    private void report(MeshTranslation translation) {
        List<Diagnostic> found = translation.diagnostics();
        found.stream().filter(d -> !reported.contains(d)).forEach(d -> LOG.warn("{}", d));
        reported = found;
    }

    /// What is wrong with EnvoyFilters, as far as the proxies that watch bring it to light.
    public List<Diagnostic> diagnostics() {
        return reported;
    }

    /// The same for some proxies, without keeping anything.
    public static List<Diagnostic> diagnostics(
            PilotSettings settings, MeshSnapshot mesh, Collection<ProxyNode> nodes) {
        MeshTranslation translation = once(settings, mesh);
        nodes.forEach(translation::translate);
        return translation.diagnostics();
    }

    private static MeshTranslation once(PilotSettings settings, MeshSnapshot mesh) {
        return MeshTranslation.first(settings, mesh, new Work());
    }

    /// Translates once, without keeping anything.
    public static XdsSnapshot translate(PilotSettings settings, MeshSnapshot mesh, ProxyNode node) {
        return once(settings, mesh).translate(node);
    }

    /// What was derived since the start: what a change really costs.
    public Map<Work.Step, Long> work() {
        synchronized (pushLock) {
            return work.done();
        }
    }

    /// One proxy. Confined to pushLock, but for closing.
    private static final class Subscriber {
        private final ProxyNode node;
        private final Consumer<XdsSnapshot> onSnapshot;
        private Optional<XdsSnapshot> last = Optional.empty();
        private volatile boolean closed;

        Subscriber(ProxyNode node, Consumer<XdsSnapshot> onSnapshot) {
            this.node = node;
            this.onSnapshot = onSnapshot;
        }

        /// A bug in the translation of one proxy leaves it with what it has, and the others with
        /// what they should have.
        void update(MeshTranslation translation) {
            if (closed) {
                return;
            }
            try {
                XdsSnapshot next = translation.translate(node);
                if (last.isPresent() && last.get().equals(next)) {
                    return;
                }
                // Also where the version alone is new: that the proxy needs nothing for it is told.
                last = Optional.of(next);
                onSnapshot.accept(next);
            } catch (RuntimeException e) {
                LOG.error(
                        "{}.{} keeps its configuration: translating a new one failed",
                        node.name(),
                        node.namespace(),
                        e);
            }
        }

        void close() {
            closed = true;
        }
    }
}
