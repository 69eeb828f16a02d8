package io.meltemi.proxy.filter;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.proxy.http.ResponseFlag;
import io.netty.channel.EventLoop;
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

    void addFlag(ResponseFlag flag);

    /// Sends the request to the endpoint at an address of its cluster (`10.0.0.7:8080`), as
    /// sessions do.
    ///
    /// @param strict whether nobody else may answer when that endpoint is gone or unfit
    default void overrideHost(String address, boolean strict) {}

    /// Goes on after PAUSE.
    void resume();

    /// Ends the exchange with a response of our own.
    void reply(LocalReply reply);
}
