package io.meltemi.proxy.filter;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.http.ClusterLookup;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.WireProtocol;
import io.netty.channel.EventLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One exchange as filters see it. Confined to its event loop.
public interface FilterStream extends RequestFacts {
    /// The loop that owns this exchange; for timers and for coming back from elsewhere.
    EventLoop eventLoop();

    /// Notes something for later filters, routes and logs; see [#dynamicMetadata] for its shape.
    void setDynamicMetadata(String namespace, Object value);

    /// This route's own configuration for a filter (`typed_per_filter_config`, most specific
    /// level), compiled; or null.
    @Nullable Object routeConfig(String filterName);

    /// Chooses the route again before the next filter runs: what the choice rests on has changed.
    void clearRouteCache();

    /// What the filter keeps for this exchange, or null.
    @Nullable Object state(HttpFilter filter);

    void setState(HttpFilter filter, Object state);

    /// How many filters the chain has, whether or not they take part here.
    int filterCount();

    /// A filter of the chain, in the order of requests; null when it takes no part here.
    @Nullable HttpFilter filter(int index);

    void addFlag(ResponseFlag flag);

    /// The HTTP version spoken to the request's cluster, or null when none is known. Envoy: HTTP/2
    /// where the endpoint may choose.
    default @Nullable WireProtocol upstreamHttpProtocol() {
        return null;
    }

    /// Has TLS to the request's endpoint offer these by ALPN, whatever its cluster says.
    ///
    /// @param names best first; not empty
    default void offerAlpn(List<String> names) {}

    /// Sends the request to the endpoint at an address of its cluster (`10.0.0.7:8080`), as
    /// sessions do.
    ///
    /// @param strict whether nobody else may answer when that endpoint is gone or unfit
    default void overrideHost(String address, boolean strict) {}

    /// The request is a health check: it is left out of statistics, and logs may leave it out.
    void markHealthCheck();

    /// The name in statistics of the cluster the request goes to, or null before it is known.
    @Nullable String upstreamClusterStatName();

    /// How much of the request's body has come, whatever became of it.
    long requestBytesReceived();

    /// Makes a request of the filter's own. The proxy adds what it tells of itself.
    ///
    /// @param asClient whether the proxy names its address, as the client it is
    /// @param timeoutNanos 0: none
    /// @return null when there is no such cluster, or it takes no request: the callback is not
    ///   called
    @Nullable UpstreamCall call(
            String cluster,
            HeaderMap request,
            byte[] body,
            long timeoutNanos,
            boolean asClient,
            UpstreamCall.Callback callback);

    /// The port of hosts without one, where the request goes to the host it names (a cluster of the
    /// type `dynamic_forward_proxy`); 0 where it goes elsewhere.
    default int forwardPort() {
        return 0;
    }

    /// How a cluster of this proxy stands, or null when there is none of this name.
    @Nullable ClusterMembership members(String cluster);

    /// Whether the whole request is here.
    boolean isRequestEnded();

    /// How much of the request's body is held until the filters are done with it.
    long requestBodyBytes();

    /// A copy of the body's first bytes, as far as they are here.
    byte[] requestBody(int most);

    /// Replaces what a request may hold back of its body; beyond, it is answered with 413.
    void limitRequestBody(long bytes);

    /// After AWAIT_BODY: enough of the body is here, but the answer is not; the rest waits.
    void pauseRequest();

    /// Lets the request's body pass this stage, what is held included. Only within
    /// [HttpFilter#onRequest].
    void transformRequest(BodyStage stage);

    /// Lets the response's body pass this stage. Only within [HttpFilter#onResponse].
    void transformResponse(BodyStage stage);

    /// Lets the response's body go no faster; what of it waits holds the upstream back.
    void limitResponseRate(long bytesPerSecond);

    /// Keeps the response's headers back until its body ended or a piece of it passed all stages.
    /// Only within [HttpFilter#onResponse].
    void holdResponse();

    /// Asks for the virtual host of this request, which has no route; once for each request. When
    /// the answer is here, or is waited for no longer, the route is chosen again. Only within
    /// [HttpFilter#onRequest].
    ///
    /// @param goOn run then: resumes the request, or has it wait for something else
    /// @return false when nobody can be asked, or the answer is known: there is none
    default boolean awaitVirtualHost(Runnable goOn) {
        return false;
    }

    /// Asks for the cluster that the request's route names, if it is not there. When the answer is
    /// here, or is waited for no longer, the request goes on.
    ///
    /// @param mostNanos how long to wait
    /// @return false when it is there, none is named, or the answer is known: there is none
    default boolean awaitCluster(ClusterLookup lookup, long mostNanos) {
        return false;
    }

    /// The virtual host of this request is in use, and must not be forgotten as idle.
    default void useVirtualHost() {}

    /// Goes on after PAUSE or AWAIT_BODY.
    void resume();

    /// Ends the exchange with a response of our own.
    void reply(LocalReply reply);

    /// Ends the exchange with a response to which the route adds no headers.
    void replyPlainly(LocalReply reply);
}
