package io.meltemi.pilot;

import io.meltemi.base.time.Ticker;
import io.meltemi.model.config.EnvoyFilter;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.pilot.push.Debounce;
import io.meltemi.pilot.push.PushQueue;
import io.meltemi.pilot.push.Timer;
import io.meltemi.pilot.scope.LikelyProxies;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.NodeClaim;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.server.SnapshotSource;
import io.meltemi.xds.server.XdsPeer;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Tells every proxy what it should have, as soon as that changes. Thread-safe.
///
/// The flow: `publish` keeps the newest mesh, `Debounce` waits for quiet, `PushQueue` looks the
/// mesh up once (`MeshView`), translates it for each proxy that watches and hands over what is new.
public final class Pilot implements SnapshotSource {
    private final PilotSettings settings;
    private final PushQueue queue;
    private final Debounce debounce;
    private final GivenSnapshots given = new GivenSnapshots();

    /// @param timer runs the pushes; one thread is enough
    public Pilot(PilotSettings settings, Ticker ticker, Timer timer) {
        this.settings = settings;
        this.queue = new PushQueue(settings, timer);
        this.debounce =
                new Debounce(settings.quiet(), settings.longestDelay(), ticker, timer, queue::push);
    }

    /// Takes the mesh as it is now; the latest one wins.
    public void publish(MeshSnapshot mesh) {
        queue.offer(mesh);
        debounce.demand();
    }

    @Override
    public Watch watch(XdsPeer peer, Consumer<XdsSnapshot> onSnapshot) throws RefusedException {
        ProxyNode node = NodeClaim.verify(peer.node(), peer.identity(), settings.trustNodeClaims());
        Watch watch = queue.follow(node, given.noting(peer.streamId(), onSnapshot));
        return () -> {
            watch.close();
            given.forget(peer.streamId());
        };
    }

    /// What a stream was given last.
    ///
    /// @return nothing before the first snapshot, and after its end
    public Optional<XdsSnapshot> given(long stream) {
        return given.of(stream);
    }

    /// What one proxy would get, without any connection: the same code as for real ones.
    public static XdsSnapshot translate(PilotSettings settings, MeshSnapshot mesh, ProxyNode node) {
        return PushQueue.translate(settings, mesh, node);
    }

    /// What is wrong with EnvoyFilters, as far as the proxies that watch bring it to light: only
    /// beside what they change can one tell.
    public List<Diagnostic> diagnostics() {
        return queue.diagnostics();
    }

    /// The same without any connection, for proxies that could be there; without proxies only what
    /// can be said about the values alone.
    public static List<Diagnostic> diagnostics(
            PilotSettings settings, MeshSnapshot mesh, Collection<ProxyNode> nodes) {
        return PushQueue.diagnostics(settings, mesh, nodes);
    }

    /// The same for the proxies that the mesh lets expect. Without EnvoyFilters nothing is done.
    public static List<Diagnostic> dryRun(PilotSettings settings, MeshSnapshot mesh) {
        if (mesh.config().all(EnvoyFilter.class).isEmpty()) {
            return List.of();
        }
        return PushQueue.diagnostics(settings, mesh, LikelyProxies.of(new MeshView(mesh)));
    }
}
