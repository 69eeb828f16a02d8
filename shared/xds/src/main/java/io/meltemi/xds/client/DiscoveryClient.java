package io.meltemi.xds.client;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Channel;
import io.grpc.Status;
import io.meltemi.xds.snapshot.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a proxy's resources in step with a control plane, over one stream. Confined to its
/// executor: every method must be called on it, and the listener is.
///
/// A stream that ends is opened again after a while; the control plane then hears what the proxy
/// already has and sends the difference.
public final class DiscoveryClient implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DiscoveryClient.class);

    private final Channel channel;
    private final StreamKind kind;
    private final Node node;
    private final ScheduledExecutorService executor;
    private final ResourceListener listener;
    private final Backoff backoff;

    private final Map<ResourceType, Wanted> wanted = new EnumMap<>(ResourceType.class);
    private @Nullable DiscoveryCall call;
    private boolean isFlushing;
    private boolean isStarted;
    private boolean isClosed;

    /// Whether the stream brought anything yet.
    private boolean isAnswered;

    /// Whether the listener knows that the control plane is away.
    private boolean isAway;

    /// @param executor runs one task at a time, as an event loop does
    /// @param random jitters the pauses between attempts
    public DiscoveryClient(
            Channel channel,
            StreamKind kind,
            Node node,
            ScheduledExecutorService executor,
            RandomGenerator random,
            ResourceListener listener) {
        this.channel = channel;
        this.kind = kind;
        this.node = node;
        this.executor = executor;
        this.listener = listener;
        this.backoff = new Backoff(random);
    }

    /// Opens the first stream.
    public void start() {
        if (isStarted) {
            throw new IllegalStateException("started twice");
        }
        isStarted = true;
        connect();
    }

    /// Wants every resource of a type.
    public void subscribeAll(ResourceType type) {
        wanted(type).subscribeAll();
        flushSoon();
    }

    /// Wants these resources as well; names already wanted change nothing.
    public void subscribe(ResourceType type, Collection<String> names) {
        wanted(type).subscribe(names);
        flushSoon();
    }

    /// Wants these resources no longer.
    public void unsubscribe(ResourceType type, Collection<String> names) {
        wanted(type).unsubscribe(names);
        flushSoon();
    }

    /// Ends the stream and opens no other. The channel is its owner's to shut down.
    @Override
    public void close() {
        isClosed = true;
        if (call != null) {
            call.cancel();
            call = null;
        }
    }

    private Wanted wanted(ResourceType type) {
        if (!kind.carries(type)) {
            throw new IllegalArgumentException(type + " does not travel with " + kind.only());
        }
        return wanted.computeIfAbsent(type, Wanted::new);
    }

    private void connect() {
        if (isClosed) {
            return;
        }
        DiscoveryCall opened =
                DiscoveryCall.open(channel, kind, node, executor, new StreamEvents());
        call = opened;
        isAnswered = false;
        opened.start();
        for (Wanted wants : wanted.values()) {
            if (wants.isWanted()) {
                opened.tell(wants);
            }
        }
    }

    /// Several changes in one turn of the loop travel in one request.
    private void flushSoon() {
        if (!isFlushing && call != null) {
            isFlushing = true;
            executor.execute(() -> {
                isFlushing = false;
                flush();
            });
        }
    }

    private void flush() {
        flush(null);
    }

    /// @param answered the type that is about to be answered, which may say its news with that
    private void flush(@Nullable Wanted answered) {
        DiscoveryCall open = call;
        if (open == null) {
            return;
        }
        for (Wanted wants : wanted.values()) {
            if (wants != answered && wants.hasNews()) {
                open.tell(wants);
            }
        }
    }

    private void take(
            DiscoveryCall from, String typeUrl, String nonce, DiscoveryCall.Reader reader) {
        if (!isAnswered) {
            isAnswered = true;
            isAway = false;
            backoff.reset();
            listener.onConnected();
        }
        Wanted wants = ResourceType.of(typeUrl).map(wanted::get).orElse(null);
        if (wants == null) {
            from.refuseUnknown(typeUrl, nonce);
            from.next();
            return;
        }
        Received received = reader.read(wants);
        String refusal = take(wants, received);
        if (refusal.isEmpty()) {
            wants.tookWorld(received.version());
        }
        // What the listener subscribed to goes first: the control plane then knows what a new
        // cluster needs before it goes on to the routes.
        flush(wants);
        if (!from.equals(call)) {
            return;
        }
        if (refusal.isEmpty()) {
            from.acknowledge(wants, nonce);
        } else {
            from.refuse(wants, nonce, refusal);
        }
        flush();
        from.next();
    }

    /// @return why some of it is refused; empty when all is taken
    private String take(Wanted wants, Received received) {
        ResourceType type = wants.type();
        if (!received.controlPlane().isEmpty()) {
            listener.onIdentified(received.controlPlane());
        }
        if (!received.malformed().isEmpty()) {
            listener.onMalformed(type, received.malformed());
            return received.malformed();
        }
        List<String> removed = received.gone(wants.versions().keySet());
        List<ResourceProblem> problems = new ArrayList<>(received.problems());
        try {
            if (!problems.isEmpty()) {
                listener.onProblems(type, received.problems());
            }
            problems.addAll(
                    listener.onResources(type, received.changed(), removed, received.version()));
        } catch (RuntimeException e) {
            // A proxy that served goes on serving.
            log.error("bug: a response of {} cannot be taken", type, e);
            return "bug: " + e;
        }
        wants.took(received.changed(), removed, problems);
        return problems.stream()
                .filter(problem -> problem.cause() == ResourceProblem.Cause.ITSELF)
                .map(problem -> problem.name() + ": " + problem.message())
                .collect(Collectors.joining("\n"));
    }

    private void lost(Status status) {
        call = null;
        if (isClosed) {
            return;
        }
        listener.onLost();
        if (!isAway) {
            isAway = true;
            listener.onDisconnected(status);
        }
        long pauseMillis = backoff.next();
        log.debug(
                "{} stream ended, next attempt in {} ms: {}",
                kind,
                pauseMillis,
                StatusText.of(status));
        Future<?> _ = executor.schedule(this::connect, pauseMillis, TimeUnit.MILLISECONDS);
    }

    private final class StreamEvents implements DiscoveryCall.Events {
        @Override
        public void opened(DiscoveryCall from) {
            if (from.equals(call)) {
                listener.onOpened();
            }
        }

        @Override
        public void received(
                DiscoveryCall from, String typeUrl, String nonce, DiscoveryCall.Reader read) {
            if (from.equals(call)) {
                take(from, typeUrl, nonce, read);
            }
        }

        @Override
        public void closed(DiscoveryCall from, Status status) {
            if (from.equals(call)) {
                lost(status);
            }
        }
    }
}
