package io.meltemi.proxy.filter.testing;

import com.google.protobuf.ByteString;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.filter.BodyStage;
import io.meltemi.proxy.filter.ClusterMembership;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.WireProtocol;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An exchange for tests: what filters see is set, what they do is kept. Confined to one thread.
public final class FakeFilterStream implements FilterStream {
    private final HeaderMap headers = new HeaderMap();
    private final Map<String, Object> metadata = new HashMap<>();
    private final Map<String, Object> routeConfigs = new HashMap<>();
    private final Map<HttpFilter, Object> states = new HashMap<>();
    private final List<ResponseFlag> flags = new ArrayList<>();
    private final Map<String, String> filterState = new HashMap<>();
    private final EventLoop loop;
    private InetSocketAddress remote = new InetSocketAddress("10.0.0.1", 40000);
    private InetSocketAddress direct = new InetSocketAddress("10.0.0.1", 40000);
    private InetSocketAddress local = new InetSocketAddress("10.0.0.2", 8080);
    private @Nullable String peerUri;
    private List<String> peerNames = List.of();
    private @Nullable String serverName;
    private @Nullable Route route;
    private @Nullable String cluster;
    private @Nullable String protocol;
    private @Nullable ExchangeRecord record;
    private @Nullable WireProtocol upstreamProtocol;
    private List<String> offeredAlpn = List.of();
    private @Nullable LocalReply reply;
    private final List<BodyStage> requestStages = new ArrayList<>();
    private final List<BodyStage> responseStages = new ArrayList<>();
    private byte[] body = new byte[0];
    private boolean requestEnded = true;
    private boolean responseHeld;
    private long responseRate = -1;
    private boolean healthCheck;
    private final List<Call> calls = new ArrayList<>();
    private final Map<String, ClusterMembership> members = new HashMap<>();
    private long bodyLimit = -1;
    private int resumed;
    private int routeCacheCleared;

    /// @param loop an embedded channel's, so that time can be moved by hand
    public FakeFilterStream(EventLoop loop) {
        this.loop = loop;
        header(":method", "GET").header(":scheme", "http");
        header(":authority", "shop.example").header(":path", "/");
    }

    /// Adds a header, or replaces a pseudo header.
    public FakeFilterStream header(String name, String value) {
        if (name.startsWith(":")) {
            headers.set(name, value);
        } else {
            headers.add(name, value);
        }
        return this;
    }

    public FakeFilterStream peer(String uri) {
        return peerNames(List.of(uri));
    }

    /// A caller whose certificate has these names.
    public FakeFilterStream peerNames(List<String> names) {
        peerUri = names.getFirst();
        peerNames = List.copyOf(names);
        return this;
    }

    public FakeFilterStream serverName(String name) {
        serverName = name;
        return this;
    }

    public FakeFilterStream route(Route chosen) {
        route = chosen;
        return this;
    }

    public FakeFilterStream cluster(String name) {
        cluster = name;
        return this;
    }

    /// What the client speaks, as `%PROTOCOL%` says it.
    public FakeFilterStream protocol(String text) {
        protocol = text;
        return this;
    }

    @Override
    public @Nullable String protocol() {
        return protocol;
    }

    /// Where what is found out about the exchange is kept.
    public FakeFilterStream record(ExchangeRecord kept) {
        record = kept;
        return this;
    }

    @Override
    public @Nullable ExchangeRecord record() {
        return record;
    }

    /// What is spoken to the request's cluster.
    public FakeFilterStream upstreamHttpProtocol(WireProtocol protocol) {
        upstreamProtocol = protocol;
        return this;
    }

    @Override
    public @Nullable WireProtocol upstreamHttpProtocol() {
        return upstreamProtocol;
    }

    @Override
    public void offerAlpn(List<String> names) {
        offeredAlpn = names;
    }

    /// What a filter wants TLS to offer; empty for what is configured.
    public List<String> offeredAlpn() {
        return offeredAlpn;
    }

    public FakeFilterStream routeConfig(String filter, Object config) {
        routeConfigs.put(filter, config);
        return this;
    }

    public FakeFilterStream filterState(String key, String value) {
        filterState.put(key, value);
        return this;
    }

    /// @param trusted what a trusted header says; the connection's peer is `peer`
    public FakeFilterStream remote(String trusted, String peer) {
        remote = new InetSocketAddress(trusted, 40000);
        direct = new InetSocketAddress(peer, 40000);
        return this;
    }

    public FakeFilterStream local(String address, int port) {
        local = new InetSocketAddress(address, port);
        return this;
    }

    public @Nullable LocalReply reply() {
        return reply;
    }

    public List<ResponseFlag> flags() {
        return flags;
    }

    public int resumed() {
        return resumed;
    }

    public int routeCacheCleared() {
        return routeCacheCleared;
    }

    @Override
    public HeaderMap requestHeaders() {
        return headers;
    }

    @Override
    public InetSocketAddress downstreamRemoteAddress() {
        return remote;
    }

    @Override
    public InetSocketAddress downstreamDirectRemoteAddress() {
        return direct;
    }

    @Override
    public InetSocketAddress downstreamLocalAddress() {
        return local;
    }

    @Override
    public @Nullable String peerUri() {
        return peerUri;
    }

    @Override
    public List<String> peerNames() {
        return peerNames;
    }

    @Override
    public @Nullable String requestedServerName() {
        return serverName;
    }

    @Override
    public @Nullable Object dynamicMetadata(String namespace) {
        return metadata.get(namespace);
    }

    @Override
    public @Nullable String filterState(String key) {
        return filterState.get(key);
    }

    @Override
    public @Nullable Route route() {
        return route;
    }

    @Override
    public @Nullable String upstreamCluster() {
        return cluster;
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void setDynamicMetadata(String namespace, Object value) {
        metadata.put(namespace, value);
    }

    @Override
    public @Nullable Object routeConfig(String filterName) {
        return routeConfigs.get(filterName);
    }

    @Override
    public void clearRouteCache() {
        routeCacheCleared++;
    }

    @Override
    public @Nullable Object state(HttpFilter filter) {
        return states.get(filter);
    }

    @Override
    public void setState(HttpFilter filter, Object state) {
        states.put(filter, state);
    }

    public boolean isHealthCheck() {
        return healthCheck;
    }

    public FakeFilterStream members(String name, int healthy, int total) {
        members.put(name, new ClusterMembership(healthy, total));
        return this;
    }

    @Override
    public void markHealthCheck() {
        healthCheck = true;
    }

    @Override
    public @Nullable String upstreamClusterStatName() {
        return cluster;
    }

    /// The calls a filter made, in order.
    public List<Call> calls() {
        return calls;
    }

    /// A call that a test answers.
    public record Call(
            String cluster, HeaderMap request, ByteString body, UpstreamCall.Callback callback) {}

    @Override
    public long requestBytesReceived() {
        return body.length;
    }

    @Override
    public UpstreamCall call(
            String to,
            HeaderMap request,
            byte[] sent,
            long timeoutNanos,
            boolean asClient,
            UpstreamCall.Callback callback) {
        calls.add(new Call(to, request, ByteString.copyFrom(sent), callback));
        return () -> {};
    }

    @Override
    public @Nullable ClusterMembership members(String name) {
        return members.get(name);
    }

    /// The filters that keep something here, the one under test among them.
    @Override
    public int filterCount() {
        return states.size();
    }

    @Override
    public @Nullable HttpFilter filter(int index) {
        return List.copyOf(states.keySet()).get(index);
    }

    @Override
    public void addFlag(ResponseFlag flag) {
        flags.add(flag);
    }

    /// What the request's body is, and that it is all of it.
    public FakeFilterStream body(String text) {
        body = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return this;
    }

    /// The request has more to come.
    public FakeFilterStream unfinished() {
        requestEnded = false;
        return this;
    }

    public FakeFilterStream finished() {
        requestEnded = true;
        return this;
    }

    public long bodyLimit() {
        return bodyLimit;
    }

    /// What the request's body passes, in order.
    public List<BodyStage> requestStages() {
        return requestStages;
    }

    /// What the response's body passes, in order.
    public List<BodyStage> responseStages() {
        return responseStages;
    }

    public boolean isResponseHeld() {
        return responseHeld;
    }

    @Override
    public boolean isRequestEnded() {
        return requestEnded;
    }

    @Override
    public long requestBodyBytes() {
        return body.length;
    }

    @Override
    public byte[] requestBody(int most) {
        return java.util.Arrays.copyOf(body, Math.min(most, body.length));
    }

    @Override
    public void limitRequestBody(long bytes) {
        bodyLimit = bytes;
    }

    @Override
    public void pauseRequest() {}

    @Override
    public void transformRequest(BodyStage stage) {
        requestStages.add(stage);
    }

    @Override
    public void transformResponse(BodyStage stage) {
        responseStages.add(stage);
    }

    @Override
    public void limitResponseRate(long bytesPerSecond) {
        responseRate = bytesPerSecond;
    }

    /// Bytes per second that the response may have; -1: no limit was set.
    public long responseRate() {
        return responseRate;
    }

    @Override
    public void holdResponse() {
        responseHeld = true;
    }

    @Override
    public void resume() {
        resumed++;
    }

    @Override
    public void reply(LocalReply given) {
        reply = given;
    }

    @Override
    public void replyPlainly(LocalReply given) {
        reply = given;
    }
}
