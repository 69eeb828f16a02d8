package io.meltemi.xds.server;

import io.grpc.Status;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.xds.server.Ask.Interest;
import io.meltemi.xds.server.SnapshotSource.RefusedException;
import io.meltemi.xds.server.SnapshotSource.Watch;
import io.meltemi.xds.server.Wire.Dialect;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One discovery stream: brings a proxy from what it has to what its newest snapshot says.
/// Thread-safe: everything runs on the stream's serial executor.
///
/// Additions go out in the order of [ResourceType], and [Order] says what has to wait. One answer
/// of a type is under way at a time; snapshots that come meanwhile are skipped but for the newest.
final class AdsSession {
    private static final Logger log = LoggerFactory.getLogger(AdsSession.class);

    private final long streamId;
    private final Optional<SpiffeId> identity;
    private final AdsSettings settings;
    private final SnapshotSource source;
    private final AdsObserver observer;
    private final Wire wire;
    private final Executor serial;

    private final Executor threads;
    private final Order order = new Order();
    private final AtomicReference<@Nullable XdsSnapshot> newest = new AtomicReference<>();
    private @Nullable XdsPeer peer;
    private @Nullable Watch watch;
    private XdsSnapshot snapshot = XdsSnapshot.EMPTY;

    /// Counts the snapshots this stream worked on; zero before the first.
    private long turn;

    private long nonces;

    /// The last that the proxy was said to have settled at.
    private String settledVersion = "";

    private List<AdsObserver.Refused> settledWithout = List.of();

    private boolean isEnded;

    /// Whether the stream is too young to know what the proxy's routes point at.
    private boolean isPatient = true;

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
        this.threads = threads;
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
        Flow flow = order.flow(type.get());
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
        if (type.get() == ResourceType.ROUTE && ask.interest() instanceof Interest.Change change) {
            order.askedForTables(change.subscribed());
        }
        if (turn > 0 && ask.interest().bringsVersions()) {
            noteLeftBehind(flow, snapshot);
        }
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
        later(this::patienceIsOver);
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
        } else if (!flow.subscription().hasMore()) {
            // Of several answers the last one makes the proxy current.
            observer.acknowledged(connected(), type, version.get());
        }
        return true;
    }

    private void turn() {
        XdsSnapshot next = newest.getAndSet(null);
        if (next == null) {
            return;
        }
        if (turn > 0 && next.resources().equals(snapshot.resources())) {
            // Another version of the mesh that changes nothing here.
            snapshot = next;
            tellSettled();
            return;
        }
        turn++;
        if (turn == 1) {
            order.each((type, flow) -> noteLeftBehind(flow, next));
        }
        order.each((type, flow) -> flow.turned(snapshot.of(type), next.of(type), turn));
        snapshot = next;
        flow();
    }

    /// What the proxy brought from an earlier stream and should not have any more: its routes may
    /// still point at it, and it has not asked for them yet.
    private void noteLeftBehind(Flow flow, XdsSnapshot current) {
        Subscription subscription = flow.subscription();
        if (isPatient && flow.isReferredTo()) {
            flow.departures().addLeftBehind(subscription.missing(current.of(subscription.type())));
        }
    }

    private void patienceIsOver() {
        isPatient = false;
        order.each((type, flow) -> flow.departures().letGo(turn));
        flow();
    }

    private void flow() {
        if (turn > 0) {
            sendInOrder();
            tellSettled();
        }
    }

    private void tellSettled() {
        if (isEnded || newest.get() != null || !order.isAtRest()) {
            return;
        }
        List<AdsObserver.Refused> refused = order.refused();
        if (!settledVersion.equals(snapshot.version()) || !settledWithout.equals(refused)) {
            settledVersion = snapshot.version();
            settledWithout = refused;
            observer.settled(connected(), settledVersion, refused);
        }
    }

    /// Sends what can be sent now: while the wire takes nothing, nothing overtakes.
    private void sendInOrder() {
        for (ResourceType type : ResourceType.values()) {
            Flow flow = order.known(type);
            if (flow != null && !order.mustWait(type, snapshot, turn)) {
                advance(flow);
            }
            if (isEnded || !wire.isReady()) {
                return;
            }
        }
        // Listeners and routes may have turned out to need nothing: then what left can go.
        for (ResourceType type : List.of(ResourceType.CLUSTER, ResourceType.ENDPOINT)) {
            Flow flow = order.known(type);
            if (flow != null && flow.isHolding()) {
                advance(flow);
            }
        }
    }

    private void advance(Flow flow) {
        if (flow.isUnderWay() || flow.isQuiet() || isEnded || !wire.isReady()) {
            return;
        }
        Subscription subscription = flow.subscription();
        Map<String, XdsResource> desired = snapshot.of(subscription.type());
        Change change = subscription.next(desired, order.gate(flow, turn), answerBytes());
        if (!change.isEmpty()) {
            send(flow, change, isStateOfTheWorld() ? world(flow, change) : change);
        } else {
            flow.settle(made(flow));
        }
    }

    /// State of the world cannot say a part of it.
    private int answerBytes() {
        return isStateOfTheWorld() ? Integer.MAX_VALUE : settings.answerBytes();
    }

    private Flow.Made made(Flow flow) {
        return new Flow.Made(turn, snapshot.version(), snapshot.of(flow.subscription().type()));
    }

    /// The same change as state of the world: clusters and listeners that are left out are gone.
    private Change world(Flow flow, Change change) {
        Subscription subscription = flow.subscription();
        ResourceType type = subscription.type();
        if (type != ResourceType.CLUSTER && type != ResourceType.LISTENER) {
            return change;
        }
        List<XdsResource> all = new ArrayList<>(subscription.visible(snapshot.of(type)));
        all.addAll(flow.departures().staying(change.removed()));
        return new Change(all, change.removed(), change.added(), true);
    }

    private void send(Flow flow, Change change, Change told) {
        ResourceType type = flow.subscription().type();
        boolean sayNothing = isStateOfTheWorld() && told.changed().isEmpty() && !told.isDue();
        if (type == ResourceType.CLUSTER) {
            if (change.hasUpdates()) {
                warmAgain(flow.subscription(), change);
            }
            if (order.awaitEndpoints(change)) {
                long newest = order.newestAwaited();
                later(() -> {
                    order.giveUp(newest);
                    flow();
                });
            }
        }
        Flow.Made made = made(flow);
        if (sayNothing) {
            flow.unsaid(made, change);
            return;
        }
        String nonce = Long.toString(++nonces);
        flow.sent(nonce, made, change);
        wire.send(new Answer(type, snapshot.version(), nonce, told.changed(), told.removed()));
        observer.sent(connected(), type, snapshot.version(), told.changed().size());
    }

    /// Runs a step when the proxy was waited for long enough.
    private void later(Runnable step) {
        CompletableFuture.delayedExecutor(
                        settings.patience().toNanos(), TimeUnit.NANOSECONDS, threads)
                .execute(() -> run(step));
    }

    /// Envoy warms a changed cluster anew and, in delta, does not ask for its endpoints again.
    private void warmAgain(Subscription clusters, Change change) {
        Set<String> names = new HashSet<>();
        for (XdsResource resource : change.changed()) {
            if (clusters.has(resource.name())) {
                EndpointName.of(resource).ifPresent(names::add);
            }
        }
        order.flow(ResourceType.ENDPOINT).subscription().renew(names);
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
