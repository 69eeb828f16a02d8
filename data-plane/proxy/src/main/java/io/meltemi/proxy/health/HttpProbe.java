package io.meltemi.proxy.health;

import io.envoyproxy.envoy.data.core.v3.HealthCheckFailureType;
import io.meltemi.proxy.cluster.HealthCheckStats;
import io.meltemi.proxy.cluster.HealthFlags;
import io.meltemi.proxy.decide.match.StringMatch;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.StreamReset;
import io.meltemi.proxy.http.h1.StatusLine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/// Asks an endpoint with an HTTP request. Confined to its event loop.
final class HttpProbe implements Probe {
    static final String USER_AGENT = "Envoy/HC";
    private static final String IMMEDIATE_FAILURE = "x-envoy-immediate-health-check-fail";
    private static final String DEGRADED = "x-envoy-degraded";
    private static final String CHECKED_CLUSTER = "x-envoy-upstream-healthchecked-cluster";

    private final ProbeTarget target;
    private final Probing.Http probing;
    private final HealthCheckStats stats;
    private final Verdicts verdicts;
    private final ProbeConnection connection;
    private @Nullable Call running;

    HttpProbe(ProbeTarget target, Probing.Http probing, HealthCheckStats stats, Verdicts verdicts) {
        this.target = target;
        this.probing = probing;
        this.stats = stats;
        this.verdicts = verdicts;
        this.connection = new ProbeConnection(target, probing.http2());
    }

    @Override
    public void start() {
        Call call = new Call();
        running = call;
        connection.open(call);
    }

    @Override
    public void giveUp() {
        running = null;
        connection.close();
    }

    @Override
    public void close() {
        giveUp();
    }

    /// One request and its response. Confined to its event loop.
    private final class Call implements ProbeConnection.Request, MessageReceiver {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private @Nullable HeaderMap response;

        @Override
        public MessageReceiver receiver() {
            return this;
        }

        @Override
        public void onOpen(MessageSender sender) {
            HeaderMap request = new HeaderMap();
            request.add(HeaderNames.METHOD, probing.method());
            request.add(HeaderNames.AUTHORITY, target.authority(probing.host()));
            request.add(HeaderNames.PATH, probing.path());
            request.add(HeaderNames.SCHEME, target.tls() == null ? "http" : "https");
            request.add(HeaderNames.USER_AGENT, USER_AGENT);
            probing.headers().apply(request, new ProbeFacts(request, target), null);
            boolean hasBody = !probing.send().isEmpty();
            if (hasBody) {
                request.set(HeaderNames.CONTENT_LENGTH, Integer.toString(probing.send().size()));
            }
            sender.sendHeaders(request, !hasBody);
            if (hasBody) {
                sender.sendData(Unpooled.wrappedBuffer(probing.send().toByteArray()), true);
            }
        }

        @Override
        public void onNoConnection() {
            fail();
        }

        @Override
        public void onHeaders(HeaderMap headers, boolean endStream) {
            if (status(headers) < 200 || running != this) {
                return;
            }
            response = headers;
            if (endStream) {
                complete();
            }
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            int wanted =
                    probing.receive().isEmpty()
                            ? 0
                            : Math.min(data.readableBytes(), probing.bodyBytes() - body.size());
            byte[] bytes = new byte[wanted];
            data.readBytes(bytes);
            data.release();
            body.writeBytes(bytes);
            if (endStream) {
                complete();
            }
        }

        @Override
        public void onTrailers(HeaderMap trailers) {
            complete();
        }

        @Override
        public void onReset(StreamReset reason) {
            fail();
        }

        @Override
        public void onWritable() {}

        private void fail() {
            if (running == this) {
                running = null;
                if (!target.settings().reusesConnection()) {
                    connection.leave();
                }
                verdicts.failed(HealthCheckFailureType.NETWORK, false, 0);
            }
        }

        private void complete() {
            HeaderMap headers = response;
            if (running != this || headers == null) {
                return;
            }
            running = null;
            if (!target.settings().reusesConnection()) {
                connection.leave();
            }
            judge(headers, body.toByteArray());
        }
    }

    private void judge(HeaderMap headers, byte[] body) {
        int status = status(headers);
        if (!Payloads.contains(body, probing.receive())) {
            excludeIfAsked(headers);
            verdicts.failed(HealthCheckFailureType.ACTIVE, false, status);
            return;
        }
        if (!Probing.StatusRange.contains(probing.expected(), status)) {
            excludeIfAsked(headers);
            verdicts.failed(
                    HealthCheckFailureType.ACTIVE,
                    Probing.StatusRange.contains(probing.retriable(), status),
                    status);
            return;
        }
        StringMatch service = probing.service();
        if (service != null) {
            stats.verifyCluster.increment();
            String answered = headers.get(CHECKED_CLUSTER);
            if (!service.matches(answered == null ? "" : answered)) {
                verdicts.failed(HealthCheckFailureType.ACTIVE, false, status);
                return;
            }
        }
        verdicts.passed(headers.contains(DEGRADED));
    }

    /// Envoy: only what fails can also be told not to count.
    private void excludeIfAsked(HeaderMap headers) {
        if (headers.contains(IMMEDIATE_FAILURE)) {
            target.endpoint().setFlag(HealthFlags.EXCLUDED_VIA_IMMEDIATE_HC_FAIL, true);
        }
    }

    static int status(HeaderMap headers) {
        return StatusLine.parse(String.valueOf(headers.get(HeaderNames.STATUS)));
    }
}
