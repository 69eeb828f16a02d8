package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.ClusterSettings;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.balance.LoadBalancerContext.OverrideHost;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.filter.BodyStage;
import io.meltemi.proxy.filter.ClusterMembership;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.observe.DynamicMetadata;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.WireProtocol;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One exchange as filters, routes and formats see it. Confined to its event loop.
///
/// It keeps what filters leave for each other; all else it asks of the exchange.
final class FilterCallbacks implements ConnectionStream, DynamicMetadata {
    private final HttpExchange exchange;
    private @Nullable Map<String, Object> metadata;
    private @Nullable OverrideHost overrideHost;
    private @Nullable HostWait hostWait;
    private List<String> offeredAlpn = List.of();

    /// What `plainPath` was cut from.
    private @Nullable String cutPath;

    private @Nullable String plainPath;

    FilterCallbacks(HttpExchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public HttpConnection.Facts facts() {
        return exchange.connection().facts();
    }

    @Override
    public EventLoop eventLoop() {
        return exchange.connection().loop().eventLoop();
    }

    @Override
    public ExchangeRecord record() {
        return exchange.record();
    }

    @Override
    public HeaderMap requestHeaders() {
        return exchange.requestHeaders();
    }

    /// Many policies ask for it.
    @Override
    @SuppressWarnings("ReferenceEquality") // another text is another path, or costs one cut more
    public @Nullable String plainPath() {
        String path = requestHeaders().get(":path");
        if (path != cutPath) {
            cutPath = path;
            plainPath = path == null ? null : path.substring(0, PathMatch.end(path));
        }
        return plainPath;
    }

    @Override
    public @Nullable Object dynamicMetadata(String namespace) {
        return metadata == null ? null : metadata.get(namespace);
    }

    @Override
    public @Nullable Object get(String namespace) {
        return dynamicMetadata(namespace);
    }

    @Override
    public void setDynamicMetadata(String namespace, Object value) {
        if (metadata == null) {
            metadata = new HashMap<>();
            record().dynamicMetadata = this;
        }
        metadata.put(namespace, value);
    }

    /// What follows is another request.
    void forget() {
        metadata = null;
        offeredAlpn = List.of();
    }

    @Override
    public @Nullable Route route() {
        return exchange.route();
    }

    @Override
    public void clearRouteCache() {
        exchange.selectRoute();
    }

    @Override
    public @Nullable Object routeConfig(String filterName) {
        Route chosen = exchange.route();
        return chosen == null ? null : chosen.filterConfig(filterName);
    }

    @Override
    public @Nullable String upstreamCluster() {
        return record().upstreamCluster;
    }

    @Override
    public @Nullable String upstreamClusterStatName() {
        return record().upstreamClusterStatName;
    }

    @Override
    public @Nullable String upstreamHost() {
        return record().upstreamHost == null ? null : record().upstreamHost.text();
    }

    @Override
    public @Nullable String protocol() {
        WireProtocol protocol = record().protocol;
        return protocol == null ? null : protocol.text();
    }

    @Override
    public @Nullable Object state(HttpFilter filter) {
        return exchange.filters().state(filter);
    }

    @Override
    public void setState(HttpFilter filter, Object state) {
        exchange.filters().setState(filter, state);
    }

    @Override
    public int filterCount() {
        return exchange.filters().count();
    }

    @Override
    public @Nullable HttpFilter filter(int index) {
        return exchange.filters().participant(index);
    }

    @Override
    public void addFlag(ResponseFlag flag) {
        record().addFlag(flag);
    }

    @Override
    public void overrideHost(String address, boolean strict) {
        overrideHost = new OverrideHost(address, strict);
    }

    /// The endpoint a filter asked for, or null.
    @Nullable OverrideHost overrideHost() {
        return overrideHost;
    }

    @Override
    public @Nullable WireProtocol upstreamHttpProtocol() {
        WorkerCluster found = exchange.cluster();
        if (found == null) {
            return null;
        }
        return switch (found.cluster()
                .settings()
                .http()
                .protocol()
                .after(exchange.connection().isHttp2())) {
            case HTTP2, AUTO -> WireProtocol.HTTP_2;
            case HTTP1, DOWNSTREAM -> WireProtocol.HTTP_1_1;
        };
    }

    @Override
    public void offerAlpn(List<String> names) {
        offeredAlpn = names;
    }

    /// What a filter wants TLS to offer; empty for what is configured.
    List<String> offeredAlpn() {
        return offeredAlpn;
    }

    @Override
    public void markHealthCheck() {
        record().isHealthCheck = true;
    }

    @Override
    public long requestBytesReceived() {
        return record().bytesReceived;
    }

    @Override
    public boolean isRequestEnded() {
        return exchange.isRequestEnded();
    }

    @Override
    public long requestBodyBytes() {
        BufferedRequest buffered = exchange.buffered();
        return buffered == null ? 0 : buffered.bytes();
    }

    @Override
    public byte[] requestBody(int most) {
        BufferedRequest buffered = exchange.buffered();
        return buffered == null ? new byte[0] : buffered.copy(most);
    }

    @Override
    public void limitRequestBody(long bytes) {
        exchange.buffer().limit(bytes);
    }

    @Override
    public void pauseRequest() {
        exchange.filters().pauseRequest();
    }

    @Override
    public void transformRequest(BodyStage stage) {
        exchange.buffer().stage(stage);
    }

    @Override
    public void transformResponse(BodyStage stage) {
        exchange.response().stage(stage);
    }

    @Override
    public void limitResponseRate(long bytesPerSecond) {
        exchange.response().limitRate(bytesPerSecond);
    }

    @Override
    public void holdResponse() {
        exchange.response().hold();
    }

    @Override
    public boolean awaitVirtualHost(Runnable goOn) {
        if (hostWait != null) {
            return false;
        }
        hostWait = HostWait.begin(exchange, goOn);
        return hostWait != null;
    }

    @Override
    public boolean awaitCluster(ClusterLookup lookup, long mostNanos) {
        return ClusterWait.begin(exchange, lookup, mostNanos);
    }

    @Override
    public void useVirtualHost() {
        HostWait.use(exchange);
    }

    @Override
    public void resume() {
        exchange.filters().resume();
    }

    @Override
    public void reply(LocalReply reply) {
        exchange.reply(reply);
    }

    @Override
    public void replyPlainly(LocalReply reply) {
        exchange.replyPlainly(reply);
    }

    @Override
    public @Nullable UpstreamCall call(
            String cluster,
            HeaderMap headers,
            byte[] body,
            long timeoutNanos,
            boolean asClient,
            UpstreamCall.Callback callback) {
        WorkerCluster found = exchange.connection().clusters().get(cluster);
        if (found == null) {
            return null;
        }
        headers.set(HeaderNames.X_ENVOY_INTERNAL, "true");
        if (timeoutNanos > 0) {
            headers.set(
                    HeaderNames.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS,
                    Long.toString(timeoutNanos / 1_000_000));
        }
        if (asClient) {
            RequestHeaders.appendForwardedFor(headers, facts().record().directLocalAddress().ip());
        }
        return SideCall.start(
                exchange.connection().loop(), found, headers, body, timeoutNanos, callback);
    }

    @Override
    public int forwardPort() {
        WorkerCluster found = exchange.cluster();
        return found != null
                        && found.cluster().settings().discovery()
                                instanceof ClusterSettings.Discovery.DynamicForward(_, int port)
                ? port
                : 0;
    }

    @Override
    public @Nullable ClusterMembership members(String name) {
        WorkerCluster found = exchange.connection().clusters().get(name);
        if (found == null) {
            return null;
        }
        List<Endpoint> all = found.cluster().endpoints().all();
        int healthy = 0;
        for (int i = 0; i < all.size(); i++) {
            healthy += all.get(i).isAvailable() ? 1 : 0;
        }
        return new ClusterMembership(healthy, all.size());
    }
}
