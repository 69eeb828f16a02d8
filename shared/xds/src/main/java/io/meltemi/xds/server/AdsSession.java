package io.meltemi.xds.server;

import io.grpc.Status;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.xds.server.SnapshotSource.RefusedException;
import io.meltemi.xds.server.SnapshotSource.Watch;
import io.meltemi.xds.server.Subscription.Change;
import io.meltemi.xds.server.Wire.Dialect;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One discovery stream: brings a proxy from what it has to what its newest snapshot says.
/// Thread-safe: everything runs on the stream's serial executor.
///
/// Make before break: additions go out in the order of [ResourceType]; listeners and routes wait
/// until new clusters and endpoints are acknowledged; clusters and endpoints are taken away when
/// the proxy has acknowledged listeners and routes that do without them. One answer of a type is
/// under way at a time; snapshots that come meanwhile are skipped but for the newest.
final class AdsSession {
    private static final Logger log = LoggerFactory.getLogger(AdsSession.class);

    private final long streamId;
    private final Optional<SpiffeId> identity;
    private final AdsSettings settings;
    private final SnapshotSource source;
    private final AdsObserver observer;
    private final Wire wire;
    private final Executor serial;

    private final Map<ResourceType, Flow> flows = new EnumMap<>(ResourceType.class);
    private final AtomicReference<@Nullable XdsSnapshot> newest = new AtomicReference<>();
    private @Nullable XdsPeer peer;
    private @Nullable Watch watch;
    private XdsSnapshot snapshot = XdsSnapshot.EMPTY;

    /// Counts the snapshots this stream worked on; zero before the first.
    private long turn;

    private long nonces;
    private boolean isEnded;

    AdsSession(
            long streamId,
            Optional<SpiffeId> identity,
            AdsSettings settings,
            SnapshotSource source,
            AdsObserver observer,
            Wire wire,
            Executor threads) {
        this.streamId = streamId;
        this.identity = identity;
        this.settings = settings;
        this.source = source;
        this.observer = observer;
        this.wire = wire;
        this.serial = new SerialExecutor(threads);
    }

    /// The proxy asked; `handled` runs when the next request can be taken.
    void asked(Ask ask, Runnable handled) {
        run(() -> {
            handle(ask);
            handled.run();
        });
    }

    /// The wire can take more.
    void ready() {
        run(this::flow);
    }

    /// The stream is over, by whomever.
    void ended() {
        run(this::release);
    }

    /// The proxy has no more to ask.
    void closed() {
        run(() -> end(Status.OK));
    }

    private void published(XdsSnapshot next) {
        if (newest.getAndSet(next) == null) {
            run(this::turn);
        }
    }

    private void run(Runnable step) {
        serial.execute(() -> {
            if (isEnded) {
                return;
            }
            try {
                step.run();
            } catch (RuntimeException e) {
                log.error("bug: discovery stream {} of {} ends", streamId, peer, e);
                end(Status.INTERNAL.withDescription("bug: " + e));
            }
        });
    }

    private void handle(Ask ask) {
        if (peer == null && !open(ask)) {
            return;
        }
        Optional<ResourceType> type = ResourceType.of(ask.typeUrl());
        if (type.isEmpty()) {
            // Envoy goes on without it after its initial fetch timeout.
            log.debug("{} asks for {}, which is not served", peer, ask.typeUrl());
            return;
        }
        Flow flow = flows.computeIfAbsent(type.get(), Flow::new);
        if (ask.interest().size() + flow.subscription().size() > settings.maxNames()) {
            end(
                    Status.RESOURCE_EXHAUSTED.withDescription(
                            "more than " + settings.maxNames() + " names of " + ask.typeUrl()));
            return;
        }
        boolean judged = judge(flow, ask);
        if (!judged && isStateOfTheWorld() && flow.isRepeated(ask.nonce())) {
            flow.subscription().renew();
        }
        flow.subscription().apply(ask.interest());
        flow();
    }

    /// The first request says who asks.
    private boolean open(Ask ask) {
        if (ask.node().isEmpty()) {
            end(Status.INVALID_ARGUMENT.withDescription("the first request carries no node"));
            return false;
        }
        XdsPeer opened = new XdsPeer(streamId, ask.node().get(), identity);
        try {
            watch = source.watch(opened, this::published);
        } catch (RefusedException e) {
            end(Status.PERMISSION_DENIED.withDescription(e.getMessage()));
            return false;
        }
        peer = opened;
        observer.connected(opened);
        return true;
    }

    private boolean judge(Flow flow, Ask ask) {
        Optional<String> version = flow.judged(ask.nonce(), ask.refusal(), !isStateOfTheWorld());
        if (version.isEmpty()) {
            return false;
        }
        ResourceType type = flow.subscription().type();
        if (ask.refusal().isPresent()) {
            observer.refused(connected(), type, version.get(), ask.refusal().get());
        } else {
            observer.acknowledged(connected(), type, version.get());
        }
        return true;
    }

    private void turn() {
        XdsSnapshot next = newest.getAndSet(null);
        if (next == null) {
            return;
        }
        turn++;
        flows.forEach((type, flow) -> flow.turned(snapshot.of(type), next.of(type), turn));
        snapshot = next;
        flow();
    }

    /// Sends what can be sent now, in order.
    private void flow() {
        if (turn == 0) {
            return;
        }
        for (ResourceType type : ResourceType.values()) {
            Flow flow = flows.get(type);
            if (flow != null && !mustWait(type)) {
                advance(flow);
            }
        }
        // Listeners and routes may have turned out to need nothing: then what left can go.
        for (ResourceType type : List.of(ResourceType.CLUSTER, ResourceType.ENDPOINT)) {
            Flow flow = flows.get(type);
            if (flow != null && !flow.departures().isEmpty()) {
                advance(flow);
            }
        }
    }

    private boolean mustWait(ResourceType type) {
        return switch (type) {
            case LISTENER, SCOPED_ROUTE, ROUTE, VIRTUAL_HOST ->
                    isAdding(ResourceType.CLUSTER) || isAdding(ResourceType.ENDPOINT);
            case CLUSTER, ENDPOINT, EXTENSION, SECRET, RUNTIME, NAME_TABLE -> false;
        };
    }

    private boolean isAdding(ResourceType type) {
        Flow flow = flows.get(type);
        return flow != null && flow.isAdding(snapshot.of(type), turn);
    }

    private void advance(Flow flow) {
        if (flow.isUnderWay() || flow.isQuiet() || isEnded || !wire.isReady()) {
            return;
        }
        Subscription subscription = flow.subscription();
        Map<String, XdsResource> desired = snapshot.of(subscription.type());
        long settled = settledTurn();
        Change change = subscription.next(desired, name -> flow.departures().mayGo(name, settled));
        if (change.isEmpty()) {
            flow.settle(turn);
        } else {
            send(flow, change, isStateOfTheWorld() ? world(flow, change, settled) : change);
        }
    }

    /// How far the proxy follows with what refers to clusters.
    private long settledTurn() {
        long settled = turn;
        for (ResourceType type : List.of(ResourceType.LISTENER, ResourceType.ROUTE)) {
            Flow flow = flows.get(type);
            if (flow != null) {
                settled = Math.min(settled, flow.settledTurn());
            }
        }
        return settled;
    }

    /// The same change as state of the world: clusters and listeners that are left out are gone.
    private Change world(Flow flow, Change change, long settled) {
        Subscription subscription = flow.subscription();
        ResourceType type = subscription.type();
        if (type != ResourceType.CLUSTER && type != ResourceType.LISTENER) {
            return change;
        }
        List<XdsResource> all = new ArrayList<>(subscription.visible(snapshot.of(type)));
        all.addAll(flow.departures().staying(settled));
        return new Change(all, change.removed(), change.added(), true);
    }

    private void send(Flow flow, Change change, Change told) {
        ResourceType type = flow.subscription().type();
        boolean sayNothing = isStateOfTheWorld() && told.changed().isEmpty() && !told.isDue();
        if (type == ResourceType.CLUSTER && change.hasUpdates()) {
            warmAgain(flow.subscription(), change);
        }
        if (sayNothing) {
            flow.unsaid(turn, change);
            return;
        }
        String nonce = Long.toString(++nonces);
        flow.sent(nonce, snapshot.version(), turn, change);
        wire.send(new Answer(type, snapshot.version(), nonce, told.changed(), told.removed()));
        observer.sent(connected(), type, snapshot.version(), told.changed().size());
    }

    /// Envoy warms a changed cluster anew and, in delta, does not ask for its endpoints again.
    private void warmAgain(Subscription clusters, Change change) {
        Set<String> names = new HashSet<>();
        for (XdsResource resource : change.changed()) {
            if (clusters.has(resource.name())) {
                EndpointName.of(resource).ifPresent(names::add);
            }
        }
        flows.computeIfAbsent(ResourceType.ENDPOINT, Flow::new).subscription().renew(names);
    }

    private boolean isStateOfTheWorld() {
        return wire.dialect() == Dialect.STATE_OF_THE_WORLD;
    }

    private XdsPeer connected() {
        return Objects.requireNonNull(peer, "nothing is sent before the first request");
    }

    private void end(Status status) {
        release();
        wire.end(status);
    }

    private void release() {
        isEnded = true;
        if (watch != null) {
            watch.close();
        }
        if (peer != null) {
            observer.disconnected(peer);
        }
    }
}
