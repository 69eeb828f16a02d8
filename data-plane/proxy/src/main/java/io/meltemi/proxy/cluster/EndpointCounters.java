package io.meltemi.proxy.cluster;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// What `/clusters` shows of one endpoint. Thread-safe.
public final class EndpointCounters {
    public final LongAdder requests = new LongAdder();
    public final LongAdder requestSuccesses = new LongAdder();
    public final LongAdder requestErrors = new LongAdder();
    public final LongAdder requestTimeouts = new LongAdder();
    public final LongAdder connections = new LongAdder();
    public final LongAdder connectFailures = new LongAdder();
    public final AtomicInteger activeConnections = new AtomicInteger();

    /// Requests that wait for a connection.
    public final AtomicInteger pendingRequests = new AtomicInteger();

    /// For outlier detection.
    final AtomicInteger consecutive5xx = new AtomicInteger();

    final AtomicInteger consecutiveGatewayFailures = new AtomicInteger();
    final AtomicInteger consecutiveLocalFailures = new AtomicInteger();

    /// Of the running interval: what came back, and whether anything could be sent at all.
    final LongAdder externalRequests = new LongAdder();

    final LongAdder externalSuccesses = new LongAdder();
    final LongAdder localRequests = new LongAdder();
    final LongAdder localSuccesses = new LongAdder();
}
