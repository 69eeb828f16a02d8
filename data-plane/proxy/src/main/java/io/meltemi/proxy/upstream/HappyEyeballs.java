package io.meltemi.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Connects to an endpoint that has several addresses. Confined to its event loop.
///
/// Envoy, RFC 8305 §5: the next address is tried as soon as one fails, or 300 ms after the last one
/// was tried. The first connection that is ready (TLS included) is used and the others are given
/// up; it failed when the last one did. The cluster's `connect_timeout` is for all of them
/// together.
@SuppressWarnings("FutureReturnValueIgnored") // what is given up has nobody who would hear of it
final class HappyEyeballs {
    private static final long APART_MILLIS = 300;

    private final EventLoop eventLoop;
    private final List<? extends SocketAddress> addresses;
    private final long timeoutMillis;
    private final Dialer dialer;
    private final Connector.Outcome outcome;
    private final List<Attempt> running = new ArrayList<>();
    private int tried;
    private @Nullable Future<?> nextOne;
    private @Nullable Future<?> timeout;

    /// Begins to connect to one address.
    @FunctionalInterface
    interface Dialer {
        /// The channel that is being connected, or null when that fails anyway.
        @Nullable Channel dial(SocketAddress address, Connector.Outcome outcome);
    }

    /// @param addresses in the order in which they are tried; one at least
    HappyEyeballs(
            EventLoop eventLoop,
            List<? extends SocketAddress> addresses,
            long timeoutMillis,
            Dialer dialer,
            Connector.Outcome outcome) {
        this.eventLoop = eventLoop;
        this.addresses = addresses;
        this.timeoutMillis = timeoutMillis;
        this.dialer = dialer;
        this.outcome = outcome;
    }

    void start() {
        timeout = eventLoop.schedule(this::timedOut, timeoutMillis, TimeUnit.MILLISECONDS);
        tryNext();
    }

    private void tryNext() {
        Attempt attempt = new Attempt();
        running.add(attempt);
        SocketAddress address = addresses.get(tried++);
        if (tried > 1) {
            outcome.triesAnother();
        }
        if (tried < addresses.size()) {
            nextOne = eventLoop.schedule(this::tryNext, APART_MILLIS, TimeUnit.MILLISECONDS);
        }
        attempt.channel = dialer.dial(address, attempt);
    }

    private void timedOut() {
        end();
        outcome.failed(
                "connection timed out after " + timeoutMillis + " ms",
                StreamFailure.CONNECT_TIMEOUT);
    }

    /// Whatever is still under way is given up.
    private void end() {
        cancel(nextOne);
        cancel(timeout);
        for (Attempt attempt : running) {
            attempt.giveUp();
        }
        running.clear();
    }

    private static void cancel(@Nullable Future<?> task) {
        if (task != null) {
            task.cancel(false);
        }
    }

    /// One address that is tried. Confined to its event loop.
    private final class Attempt implements Connector.Outcome {
        private @Nullable Channel channel;
        private boolean over;

        void giveUp() {
            over = true;
            if (channel != null) {
                channel.close();
            }
        }

        @Override
        public void connected(Channel made, @Nullable String alpn) {
            if (over) {
                made.close();
                return;
            }
            over = true;
            running.remove(this);
            end();
            outcome.connected(made, alpn);
        }

        @Override
        public void failed(String reason, StreamFailure kind) {
            if (over) {
                return;
            }
            over = true;
            running.remove(this);
            if (tried < addresses.size()) {
                cancel(nextOne);
                tryNext();
            } else if (running.isEmpty()) {
                end();
                outcome.failed(reason, kind);
            }
        }
    }
}
