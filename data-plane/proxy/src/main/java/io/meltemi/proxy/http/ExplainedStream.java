package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.ClusterSettings;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.filter.BodyStage;
import io.meltemi.proxy.filter.ClusterMembership;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.HttpFilterChain.Named;
import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.observe.DynamicMetadata;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request that is explained, as filters and routes see it: whole, without a body, and with
/// nobody to call. Confined to one thread.
final class ExplainedStream implements ConnectionStream, DynamicMetadata {
    private final ExplainedExchange exchange;
    private final HttpConnection.Facts facts;
    private final HeaderMap request;
    private final ExchangeRecord record = new ExchangeRecord(0);
    private final Map<String, Object> metadata = new HashMap<>();
    private final IdentityHashMap<HttpFilter, Object> states = new IdentityHashMap<>();
    private List<Named> filters = List.of();
    private @Nullable ClusterSettings cluster;
    private @Nullable LocalReply reply;

    ExplainedStream(ExplainedExchange exchange, HttpConnection.Facts facts, HeaderMap request) {
        this.exchange = exchange;
        this.facts = facts;
        this.request = request;
        record.requestHeaders = request;
        record.dynamicMetadata = this;
    }

    /// Those filters that take part, decided by the first route.
    List<Named> takingPart(List<Named> all) {
        filters =
                all.stream()
                        .filter(each -> !FilterRun.isSkipped(each, routeConfig(each.name())))
                        .toList();
        return filters;
    }

    /// What a filter answered, or null.
    @Nullable LocalReply reply() {
        return reply;
    }

    @Nullable ClusterSettings cluster() {
        return cluster;
    }

    void cluster(@Nullable ClusterSettings found) {
        cluster = found;
    }

    @Override
    public HttpConnection.Facts facts() {
        return facts;
    }

    @Override
    public HeaderMap requestHeaders() {
        return request;
    }

    @Override
    public ExchangeRecord record() {
        return record;
    }

    @Override
    public @Nullable Object dynamicMetadata(String namespace) {
        return metadata.get(namespace);
    }

    @Override
    public @Nullable Object get(String namespace) {
        return metadata.get(namespace);
    }

    @Override
    public void setDynamicMetadata(String namespace, Object value) {
        metadata.put(namespace, value);
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
        return cluster == null ? null : cluster.name();
    }

    @Override
    public @Nullable String upstreamClusterStatName() {
        return cluster == null ? null : cluster.statName();
    }

    @Override
    public String protocol() {
        return "HTTP/1.1";
    }

    @Override
    public EventLoop eventLoop() {
        return facts.channel().eventLoop();
    }

    @Override
    public @Nullable Object state(HttpFilter filter) {
        return states.get(filter);
    }

    @Override
    public void setState(HttpFilter filter, Object state) {
        states.put(filter, state);
    }

    @Override
    public int filterCount() {
        return filters.size();
    }

    @Override
    public HttpFilter filter(int index) {
        return filters.get(index).filter();
    }

    @Override
    public void addFlag(ResponseFlag flag) {
        record.addFlag(flag);
    }

    @Override
    public void markHealthCheck() {
        record.isHealthCheck = true;
    }

    @Override
    public long requestBytesReceived() {
        return 0;
    }

    @Override
    public @Nullable UpstreamCall call(
            String to,
            HeaderMap headers,
            byte[] body,
            long timeoutNanos,
            boolean asClient,
            UpstreamCall.Callback callback) {
        return null;
    }

    @Override
    public @Nullable ClusterMembership members(String name) {
        return null;
    }

    @Override
    public boolean isRequestEnded() {
        return true;
    }

    @Override
    public long requestBodyBytes() {
        return 0;
    }

    @Override
    public byte[] requestBody(int most) {
        return new byte[0];
    }

    @Override
    public void limitRequestBody(long bytes) {}

    @Override
    public void pauseRequest() {}

    @Override
    public void transformRequest(BodyStage stage) {
        stage.close();
    }

    @Override
    public void transformResponse(BodyStage stage) {
        stage.close();
    }

    @Override
    public void limitResponseRate(long bytesPerSecond) {}

    @Override
    public void holdResponse() {}

    @Override
    public void resume() {}

    @Override
    public void reply(LocalReply given) {
        reply = given;
    }

    @Override
    public void replyPlainly(LocalReply given) {
        reply = given;
    }
}
