package io.meltemi.proxy.http;

import io.meltemi.proxy.http.h1.Http1Error;
import io.meltemi.proxy.http.h1.Http1Exchanges;
import io.meltemi.proxy.http.h2.Http2Counter;
import io.meltemi.proxy.loop.Scalable;
import io.meltemi.proxy.loop.TimeoutScale;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.WireProtocol;
import io.meltemi.proxy.overload.Lever;
import io.meltemi.proxy.overload.WorkerOverload;
import io.meltemi.proxy.tls.PeerIdentity;
import io.meltemi.proxy.upstream.WorkerClusters;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One downstream connection as the connection manager sees it: begins exchanges, and ends the
/// connection when it is idle, old or drained. Confined to its event loop.
public final class HttpConnection implements Http1Exchanges, Scalable {
    /// Records kept for the next exchanges; a connection rarely has more at once.
    private static final int KEPT_RECORDS = 16;

    private final HttpSettings settings;
    private final HttpWorker worker;
    private final Facts facts;
    private final boolean http2;

    private final ArrayDeque<ExchangeRecord> records = new ArrayDeque<>();
    private final Timer idle = new Timer(this);
    private final Timer maxAge = new Timer(this);
    private final Timer drainEnd = new Timer(this);
    private @Nullable Runnable http2Drain;
    private @Nullable Draining leaving;
    private @Nullable Http2Counter endedFor;
    private int active;
    private long requests;
    private boolean draining;
    private boolean closed;

    /// What is the same for all exchanges of a connection. Immutable.
    ///
    /// @param remoteAddress the client, as the proxy protocol may have told it
    /// @param directRemoteAddress the socket's peer
    /// @param localAddress what the client meant to reach
    /// @param filterChainName for logs; may be empty
    /// @param isRedirected whether the local address is one the client chose and we took over
    /// @param drainsOnModifyOnly whether the connection goes on while the whole proxy drains
    public record Facts(
            Channel channel,
            ConnectionRecord record,
            InetSocketAddress remoteAddress,
            InetSocketAddress directRemoteAddress,
            InetSocketAddress localAddress,
            @Nullable PeerIdentity peer,
            @Nullable String serverName,
            String filterChainName,
            boolean isRedirected,
            boolean drainsOnModifyOnly) {}

    public HttpConnection(HttpSettings settings, HttpWorker worker, Facts facts, boolean http2) {
        this.settings = settings;
        this.worker = worker;
        this.facts = facts;
        this.http2 = http2;
    }

    /// The connection is ready for requests.
    ///
    /// @param onDrain what ends an HTTP/2 connection gracefully; HTTP/1 does it by a header
    public void opened(@Nullable Runnable onDrain) {
        http2Drain = onDrain;
        settings.stats().connectionsTotal.increment(loop().index());
        settings.stats().connectionsActive.add(loop().index(), 1);
        armIdle();
        long most = settings.timing().maxConnection();
        if (most > 0) {
            long now = loop().timeouts().nanos(TimeoutScale.Kind.CONNECTION_MAX, most);
            loop().timers().arm(maxAge, now);
        }
    }

    /// The channel is closed.
    public void closed() {
        if (closed) {
            return;
        }
        closed = true;
        loop().timers().cancel(idle);
        loop().timers().cancel(maxAge);
        loop().timers().cancel(drainEnd);
        settings.stats().connectionsActive.add(loop().index(), -1);
        settings.stats().connectionsDestroy.increment(loop().index());
    }

    private void armIdle() {
        if (settings.timing().idle() > 0) {
            long most = settings.timing().idle();
            loop().timers()
                    .arm(idle, loop().timeouts().nanos(TimeoutScale.Kind.CONNECTION_IDLE, most));
        }
    }

    @Override
    public TimeoutScale.@Nullable Kind kind(Timer timer) {
        if (timer.equals(idle)) {
            return TimeoutScale.Kind.CONNECTION_IDLE;
        }
        return timer.equals(maxAge) ? TimeoutScale.Kind.CONNECTION_MAX : null;
    }

    @Override
    public long configuredNanos(Timer timer) {
        return timer.equals(idle) ? settings.timing().idle() : settings.timing().maxConnection();
    }

    @Override
    public void expired(Timer timer) {
        if (timer.equals(idle)) {
            settings.stats().connectionsIdleTimeout.increment(loop().index());
            // Envoy: a client that sends a request just then is answered, and told to connect anew.
            drain();
            return;
        }
        if (timer.equals(drainEnd)) {
            // A request under way ends the connection with its response.
            if (active == 0) {
                var _ = facts.channel().close();
            }
            return;
        }
        settings.stats().connectionsMaxDuration.increment(loop().index());
        if (http2Drain == null && settings.timing().http1WaitsForRequest()) {
            draining = true;
        } else {
            drain();
        }
    }

    /// Ends with the next response, which says so; without a request, after the drain time.
    public void drain() {
        if (draining) {
            return;
        }
        draining = true;
        if (http2Drain != null) {
            http2Drain.run();
        } else {
            loop().timers().arm(drainEnd, settings.timing().drain());
        }
    }

    /// Whether the next response must announce the connection's end.
    boolean endsAfterThis() {
        if (!draining && (mustLeave() || (worker.isDraining() && !facts.drainsOnModifyOnly()))) {
            settings.stats().connectionsDrainClose.increment(loop().index());
            draining = true;
            if (http2Drain != null) {
                http2Drain.run();
            }
        }
        endWhenOverloaded();
        long most = settings.timing().maxRequestsPerConnection();
        return draining || (most > 0 && requests >= most);
    }

    private void endWhenOverloaded() {
        WorkerOverload overload = worker.overload();
        if (!draining && overload != null && overload.draws(Lever.DISABLE_HTTP_KEEPALIVE)) {
            settings.stats().connectionsOverloaded.increment(loop().index());
            draining = true;
            if (http2Drain != null) {
                http2Drain.run();
            }
        }
    }

    /// Its listener or filter chain is gone: one of the next responses is the last.
    public void letGo(Draining drain) {
        leaving = drain;
    }

    private boolean mustLeave() {
        Draining drain = leaving;
        return drain != null && drain.endsWithThis(loop().nanos(), worker.random());
    }

    @Override
    public MessageReceiver begin(MessageSender response) {
        return exchange(response, http2 ? WireProtocol.HTTP_2 : WireProtocol.HTTP_1_1);
    }

    @Override
    public void count(Http2Counter what) {
        settings.stats().http2.count(what, loop().index());
        if (what != Http2Counter.RX_RESET) {
            endedFor = what;
        }
    }

    /// The flood that ended an HTTP/2 connection, or null.
    @Nullable Http2Counter endedFor() {
        return endedFor;
    }

    @Override
    public MessageReceiver beginHttp10(MessageSender response) {
        return exchange(response, WireProtocol.HTTP_1_0);
    }

    private HttpExchange exchange(MessageSender response, WireProtocol protocol) {
        if (active++ == 0) {
            loop().timers().cancel(idle);
        }
        requests++;
        int index = loop().index();
        HttpStats stats = settings.stats();
        stats.requestsTotal.increment(index);
        stats.requestsActive.add(index, 1);
        (http2 ? stats.requestsHttp2 : stats.requestsHttp1).increment(index);
        ExchangeRecord record = records.pollLast();
        if (record == null) {
            record = new ExchangeRecord(index);
        }
        record.begin(worker.epochNanos(), loop().nanos());
        record.protocol = protocol;
        record.downstream = facts.record();
        record.filterChainName = facts.filterChainName();
        record.requestedServerName = facts.serverName();
        return new HttpExchange(this, response, record);
    }

    @Override
    public void reject(MessageSender response, Http1Error error) {
        HttpStats stats = settings.stats();
        (error == Http1Error.OVERLOADED ? stats.requestsOverloaded : stats.protocolError)
                .increment(loop().index());
        exchange(response, WireProtocol.HTTP_1_1).rejectUnread(error);
    }

    @Override
    public void refused(MessageSender response, String details) {
        settings.stats().protocolError.increment(loop().index());
        exchange(response, WireProtocol.HTTP_2).refusedUnread(details);
    }

    /// An exchange is over and logged.
    void ended(ExchangeRecord record) {
        record.reset();
        if (records.size() < KEPT_RECORDS) {
            records.addLast(record);
        }
        settings.stats().requestsActive.add(loop().index(), -1);
        if (--active == 0 && !closed) {
            armIdle();
        }
    }

    HttpSettings settings() {
        return settings;
    }

    Facts facts() {
        return facts;
    }

    boolean isHttp2() {
        return http2;
    }

    HttpWorker worker() {
        return worker;
    }

    WorkerLoop loop() {
        return worker.loop();
    }

    WorkerClusters clusters() {
        return worker.clusters();
    }
}
