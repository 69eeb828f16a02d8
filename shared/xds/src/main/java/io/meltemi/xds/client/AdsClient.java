package io.meltemi.xds.client;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
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

/// Keeps a proxy's resources in step with the control plane, over delta xDS. Confined to its
/// executor: every method must be called on it, and the listener is.
///
/// A stream that ends is opened again after a while; the control plane then hears what the proxy
/// already has and sends the difference.
public final class AdsClient implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AdsClient.class);

    private final Channel channel;
    private final AdsTransport transport;
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
    public AdsClient(
            Channel channel,
            AdsTransport transport,
            Node node,
            ScheduledExecutorService executor,
            RandomGenerator random,
            ResourceListener listener) {
        this.channel = channel;
        this.transport = transport;
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
        if (transport == AdsTransport.SECRETS && type != ResourceType.SECRET) {
            throw new IllegalArgumentException(type + " does not travel with secrets");
        }
        return wanted.computeIfAbsent(type, Wanted::new);
    }

    private void connect() {
        if (isClosed) {
            return;
        }
        DiscoveryCall opened =
                new DiscoveryCall(channel, transport, node, executor, new StreamEvents());
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
        DiscoveryCall open = call;
        if (open == null) {
            return;
        }
        for (Wanted wants : wanted.values()) {
            if (wants.hasNews()) {
                open.tell(wants);
            }
        }
    }

    private void take(DiscoveryCall from, DeltaDiscoveryResponse response) {
        if (!isAnswered) {
            isAnswered = true;
            isAway = false;
            backoff.reset();
            listener.onConnected();
        }
        String refusal =
                ResourceType.of(response.getTypeUrl())
                        .map(wanted::get)
                        .map(wants -> take(wants, response))
                        .orElse("type '" + response.getTypeUrl() + "' was not asked for");
        // What the listener subscribed to goes first: the control plane then knows what a new
        // cluster needs before it goes on to the routes.
        flush();
        if (call != from) {
            return;
        }
        if (refusal.isEmpty()) {
            from.acknowledge(response);
        } else {
            from.refuse(response, refusal);
        }
        from.next();
    }

    /// @return why some of it is refused; empty when all is taken
    private String take(Wanted wants, DeltaDiscoveryResponse response) {
        ResourceType type = wants.type();
        Response read = Response.read(type, response, wants::wants);
        List<String> removed = response.getRemovedResourcesList();
        List<ResourceProblem> problems = new ArrayList<>(read.problems());
        try {
            problems.addAll(
                    listener.onResources(
                            type, read.changed(), removed, response.getSystemVersionInfo()));
        } catch (RuntimeException e) {
            // A proxy that served goes on serving.
            log.error("bug: a response of {} cannot be taken", type, e);
            return "bug: " + e;
        }
        wants.took(read.changed(), removed, problems);
        return problems.stream()
                .map(problem -> problem.name() + ": " + problem.message())
                .collect(Collectors.joining("\n"));
    }

    private void lost(Status status) {
        call = null;
        if (isClosed) {
            return;
        }
        if (!isAway) {
            isAway = true;
            listener.onDisconnected(status);
        }
        long pauseMillis = backoff.next();
        log.debug(
                "{} stream ended, next attempt in {} ms: {}",
                transport,
                pauseMillis,
                StatusText.of(status));
        Future<?> _ = executor.schedule(this::connect, pauseMillis, TimeUnit.MILLISECONDS);
    }

    private final class StreamEvents implements DiscoveryCall.Events {
        @Override
        public void received(DiscoveryCall from, DeltaDiscoveryResponse response) {
            if (call == from) {
                take(from, response);
            }
        }

        @Override
        public void closed(DiscoveryCall from, Status status) {
            if (call == from) {
                lost(status);
            }
        }
    }
}
